import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainUser } from '../../../../sidecar/core/mapping/explain.ts';
import type { Mapping } from '../../../../sidecar/core/mapping/rules.ts';
import { regrant } from '../../../../sidecar/core/reconcile/regrant.ts';
import { plan, userOf } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';
import { usualPolicy } from '../../../support/sync-harness.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 12));
const mappingOf = (roles: readonly string[], deny: readonly string[] = []): Mapping => ({
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: [{ name: 'r', when: { group: 'audit@example.com' }, grant: [], deny, roles }],
});
const reading = {
  users: [anAccount('alice@example.com')],
  groups: [aGroup('audit@example.com', ['alice@example.com'])],
};
const alice = 'alice@example.com';

function sinceOf(directory: Parameters<typeof userOf>[0], mapping: Mapping): Record<string, Date | undefined> {
  const user = userOf(directory, alice) ?? assert.fail();
  const { rights } = explainUser(directory, mapping, user, day(20));
  return Object.fromEntries(rights.map(({ name, since }) => [name, since]));
}

describe('since when a user has a right', () => {
  const change = (current: Parameters<typeof userOf>[0], mapping: Mapping, now: Date) =>
    regrant({
      ...{ current, mapping, now, sourceId: 'icewarp', policy: usualPolicy },
      confirmed: { risk: undefined, renames: new Map() },
    }).next;
  const first = plan({ reading, mapping: mappingOf([]), now: day(1) }).next;

  it('is the time of the run that first gave it, and stays so when others come', () => {
    const second = change(first, mappingOf(['auditor']), day(2));
    const third = plan({ current: second, reading, mapping: mappingOf(['auditor', 'deputy']), now: day(3) }).next;
    assert.deepEqual(sinceOf(third, mappingOf(['auditor', 'deputy', 'new'])), {
      LogOn: day(1),
      ReadOwnArchive: day(1),
      auditor: day(2),
      deputy: day(3),
      // In the files, and not applied yet.
      new: undefined,
    });
  });

  it('begins anew when it was away in between, and is none while it is denied', () => {
    const denied = change(first, mappingOf([], ['LogOn']), day(2));
    assert.deepEqual(sinceOf(denied, mappingOf([], ['LogOn'])), { LogOn: undefined, ReadOwnArchive: day(1) });
    assert.deepEqual(sinceOf(change(denied, mappingOf([]), day(3)), mappingOf([])).LogOn, day(3));
  });

  it('is unknown of what was there before it was kept, also when something else changes', () => {
    const user = userOf(first, alice) ?? assert.fail();
    const { heldSince: _, ...facts } = user.facts;
    const old = { ...first, users: new Map([[user.id, { ...user, facts }]]) };
    const next = change(old, mappingOf(['auditor']), day(4));
    assert.deepEqual(sinceOf(next, mappingOf(['auditor'])), {
      LogOn: undefined,
      ReadOwnArchive: undefined,
      auditor: day(4),
    });
  });
});
