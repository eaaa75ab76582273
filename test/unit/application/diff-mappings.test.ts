import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diffMappings } from '../../../sidecar/application/diff-mappings.ts';
import { aDirectory, aMapping, aRule } from '../core/mapping/support/a-directory.ts';

const held = { privileges: ['LogOn', 'ReadOwnArchive'] };
const directory = aDirectory({
  users: {
    'carol@example.com': { ...held, roles: ['old'] },
    'ann@example.com': held,
    'bob@example.com': held,
  },
});
const now = new Date('2026-11-24T10:00:00Z');

describe('a comparison of the directory with a mapping', () => {
  it('gives per user and per name what comes and goes, by login', () => {
    const rules = [
      aRule('ann', { user: ['ann@example.com'] }, { grant: ['ExportEmail'], roles: ['new'] }),
      aRule('two', { user: ['ann@example.com', 'carol@example.com'] }, { deny: ['LogOn'] }),
    ];
    const none = { added: [], removed: [] };
    assert.deepEqual(diffMappings(directory, aMapping(rules), now), {
      users: [
        {
          login: 'ann@example.com',
          privileges: { added: ['ExportEmail'], removed: ['LogOn'] },
          roles: { added: ['new'], removed: [] },
        },
        {
          login: 'carol@example.com',
          privileges: { ...none, removed: ['LogOn'] },
          roles: { added: [], removed: ['old'] },
        },
      ],
      totals: [
        { kind: 'privilege', name: 'ExportEmail', added: 1, removed: 0 },
        { kind: 'privilege', name: 'LogOn', added: 0, removed: 2 },
        { kind: 'role', name: 'new', added: 1, removed: 0 },
        { kind: 'role', name: 'old', added: 0, removed: 1 },
      ],
      userCount: 3,
    });
  });

  it('is empty when nothing would change', () => {
    const rules = [aRule('old', { user: ['carol@example.com'] }, { roles: ['old'] })];
    assert.deepEqual(diffMappings(directory, aMapping(rules), now), { users: [], totals: [], userCount: 3 });
  });
});
