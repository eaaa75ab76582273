import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change } from '../../../plugin/plan.ts';
import { renderPlan } from '../../../plugin/render-plan.ts';

const role = { kind: 'role', name: 'LogOn', properties: { description: 'new' } } as const;
const changes: readonly Change[] = [
  {
    action: 'create',
    item: role,
    differences: [
      { property: 'description', from: undefined, to: 'new', isSecret: false },
      { property: 'bindCredential', from: undefined, to: undefined, isSecret: true },
    ],
  },
  {
    action: 'update',
    item: role,
    actual: { ...role, id: '1', isOurs: true },
    differences: [
      { property: 'description', from: undefined, to: 'new', isSecret: false },
      { property: 'steps', from: 'a\u001b[31m', to: '', isSecret: false },
      { property: 'secret', from: undefined, to: undefined, isSecret: true },
    ],
  },
  { action: 'delete', actual: { kind: 'LDAP provider', name: 'icewarp', id: '1', properties: {}, isOurs: true } },
];

describe('a plan as text', () => {
  it('shows old and new values, masks secrets, and lets nothing steer the terminal', () => {
    assert.equal(
      renderPlan(changes),
      [
        '+ role LogOn',
        '    + description: new',
        '    + bindCredential: [secret]',
        '~ role LogOn',
        '    ~ description: (none) → new',
        '    ~ steps: a\u{fffd}[31m → ""',
        '    ~ secret: [secret] → [another secret]',
        '- LDAP provider icewarp (with every user who came through it)',
        '',
        '1 to make, 1 to change, 1 to delete',
        '',
      ].join('\n'),
    );
  });

  it('says so when there is nothing to do', () => {
    assert.equal(renderPlan([]), 'nothing to do: the realm is as it should be\n');
  });
});
