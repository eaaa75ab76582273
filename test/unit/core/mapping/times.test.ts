import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileMapping, evaluateMapping } from '../../../../sidecar/core/mapping/evaluate.ts';
import { nextChangeAt } from '../../../../sidecar/core/mapping/times.ts';
import { aDirectory, aMapping, aRule, userAt } from './support/a-directory.ts';

const directory = aDirectory({ users: { 'jane@example.com': {} } });
const jane = userAt(directory, 'jane@example.com');
const mapping = aMapping([
  aRule(
    'investigation',
    { user: ['jane@example.com'] },
    { grant: ['ExportEmail'], from: new Date('2026-11-01T00:00Z'), until: new Date('2026-12-01T00:00Z') },
  ),
  aRule('lock', { user: ['jane@example.com'] }, { deny: ['LogOn'], from: new Date('2026-11-20T08:30Z') }),
]);

function heldAt(time: string): string {
  return evaluateMapping(compileMapping(mapping, [], new Date(time)), jane).privileges.join(' ');
}

describe('a rule with from and until', () => {
  for (const [time, held] of [
    ['2026-10-31T23:59:59.999Z', 'LogOn ReadOwnArchive'],
    ['2026-11-01T00:00:00.000Z', 'ExportEmail LogOn ReadOwnArchive'],
    ['2026-11-20T08:29:59.999Z', 'ExportEmail LogOn ReadOwnArchive'],
    ['2026-11-20T08:30:00.000Z', 'ExportEmail ReadOwnArchive'],
    ['2026-11-30T23:59:59.999Z', 'ExportEmail ReadOwnArchive'],
    ['2026-12-01T00:00:00.000Z', 'ReadOwnArchive'],
  ] as const) {
    it(`gives ${held} at ${time}`, () => assert.equal(heldAt(time), held));
  }

  for (const [now, next] of [
    ['2026-10-01T00:00Z', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T00:00Z', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20T08:30Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T00:00Z', undefined],
  ] as const) {
    it(`changes something next at ${next ?? 'no time'} when it is ${now}`, () => {
      assert.equal(nextChangeAt(mapping, new Date(now))?.toISOString(), next);
    });
  }
});

describe('defaults for new users only', () => {
  const people = aDirectory({
    users: {
      'old@example.com': { defaultsGiven: ['LogOn', 'ChangePassword'] },
      'new@example.com': {},
      'made@example.com': { origin: 'manual' },
    },
  });
  const deny = aRule('no password', { user: ['old@example.com'] }, { deny: ['ChangePassword'] });
  const judge = (login: string, newUsersOnly: boolean) => {
    const compiled = compileMapping(aMapping([deny], { newUsersOnly }), [], new Date(0));
    const { privileges, defaults } = evaluateMapping(compiled, userAt(people, login));
    return [privileges.join(' '), defaults.join(' ')];
  };
  it('leave a known user what it was given, denials apart, and give a new one the present ones', () => {
    assert.deepEqual(judge('old@example.com', true), ['LogOn', 'LogOn ChangePassword']);
    assert.deepEqual(judge('new@example.com', true), ['LogOn ReadOwnArchive', 'LogOn ReadOwnArchive']);
  });
  it('are not mixed up between users to whom the same rules apply', () => {
    const compiled = compileMapping(aMapping([], { newUsersOnly: true }), [], new Date(0));
    const held = (login: string) => evaluateMapping(compiled, userAt(people, login)).privileges.join(' ');
    assert.equal(held('new@example.com'), 'LogOn ReadOwnArchive');
    assert.equal(held('old@example.com'), 'ChangePassword LogOn');
    assert.equal(held('made@example.com'), '');
  });
  it('hold for everybody when that is not asked for', () => {
    assert.deepEqual(judge('old@example.com', false), ['LogOn ReadOwnArchive', 'LogOn ReadOwnArchive']);
  });
  it('are not for manual users', () => {
    assert.deepEqual(judge('made@example.com', false), ['', '']);
    assert.deepEqual(judge('made@example.com', true), ['', '']);
  });
});
