import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { Mapping } from '../../../sidecar/core/mapping/rules.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { applyMapping } from '../../../sidecar/sync/apply-mapping.ts';
import { toJsonReport } from '../../../sidecar/sync/json-report.ts';
import { createMemoryDirectoryStore } from '../../support/memory-directory-store.ts';
import { plan } from '../../support/reconcile-harness.ts';
import { anAccount } from '../../support/scripted-source.ts';
import { usualPolicy } from '../../support/sync-harness.ts';

const file = new URL('../../../docs/sync-report.schema.json', import.meta.url);
const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));
const users = Array.from({ length: 12 }, (_, index) => anAccount(`u${index}@example.com`));

describe('the JSON report of a mapping that is applied', () => {
  const store = createMemoryDirectoryStore(plan({ reading: { users } }).next);
  const apply = async (mapping: Mapping | Error, dryRun = false) => {
    const report = await applyMapping(
      {
        store,
        mapping: async () => {
          if (mapping instanceof Error) throw mapping;
          return mapping;
        },
        clock: { now: () => new Date('2026-11-25T10:00:00Z') },
        log: silentLog,
        newId: () => '00000000-0000-4000-8000-000000000001',
        publish: async () => {},
      },
      { sourceId: 'icewarp', policy: usualPolicy, dryRun, confirm: undefined, maxLines: 5 },
    );
    const document: unknown = JSON.parse(JSON.stringify(toJsonReport(report)));
    const { success, error } = schema.safeParse(document);
    assert.ok(success, error?.message);
    return document as { readonly outcome: string; readonly read: unknown; readonly lines: readonly unknown[] };
  };
  const defaults = ['LogOn', 'ReadOwnArchive'];
  const more: Mapping = { defaults, rules: [{ name: 'a', when: {}, grant: [], deny: [], roles: ['x'] }] };

  it('has the shape of a synchronisation that read nothing, whatever came of it', async () => {
    assert.equal((await apply({ defaults, rules: [] })).outcome, 'unchanged');
    const planned = await apply(more, true);
    assert.deepEqual([planned.outcome, planned.read, planned.lines.length], ['planned', null, 5]);
    assert.equal((await apply(more)).outcome, 'applied');
    assert.equal((await apply({ defaults: [], rules: [] })).outcome, 'held');
    assert.equal((await apply(new Error('x'))).outcome, 'failed');
  });
});
