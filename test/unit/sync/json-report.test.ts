import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { toJsonReport } from '../../../sidecar/sync/json-report.ts';
import type { SyncReport } from '../../../sidecar/sync/report.ts';
import { aDomain, aGroup, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness, usualPolicy } from '../../support/sync-harness.ts';

const file = new URL('../../../docs/sync-report.schema.json', import.meta.url);
const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));

function check(report: SyncReport): unknown {
  const document: unknown = JSON.parse(JSON.stringify(toJsonReport(report)));
  const { success, error } = schema.safeParse(document);
  assert.ok(success, `${report.summary}: ${error?.message}`);
  return document;
}

function createCompany() {
  return createSyncHarness({
    domains: [aDomain('example.com')],
    users: Array.from({ length: 12 }, (_, index) => anAccount(`u${index}@example.com`)),
    groups: [aGroup('staff@example.com', ['u1@example.com', 'u2@example.com'])],
  });
}

describe('the JSON report', () => {
  it('has the documented shape, whatever came of the run', async () => {
    const { run, source, lock } = createCompany();
    check(await run({ dryRun: true, listLeftOut: true }));
    check(await run());
    check(await run());
    source.company.users = [
      ...source.company.users.slice(0, 10),
      anAccount('new@example.com', { aliases: ['u11@example.com'] }),
    ];
    source.company.users[3] = anAccount('u3@example.com', { displayName: 'X', aliases: ['x@example.com'] });
    source.company.groups = [aGroup('staff@example.com', ['u1@example.com', 'u4@example.com'])];
    check(await run({ dryRun: true }));
    check(await run({ policy: { ...usualPolicy, limitUsers: 0 } }));
    check(await run({ only: 'u3@example.com' }));
    check(await run({ only: 'nobody@example.com' }));
    source.onCall = (call) => {
      if (call === 'readUser u5@example.com') throw new DomainError('conflict', 'two states');
    };
    check(await run({ deepReadShare: 0.1 }));
    lock.steal('sync icewarp');
    check(await run());
    source.onCall = () => {
      throw new TypeError('x is undefined');
    };
    check(await run({ dryRun: true }));
  });

  it('is described field by field, and holds no other', async () => {
    const { run } = createCompany();
    const document = check(await run()) as Record<string, unknown>;
    const described = Object.keys(JSON.parse(readFileSync(file, 'utf8')).properties);
    assert.deepEqual(Object.keys(document).sort(), described.sort());
    assert.equal(schema.safeParse({ ...document, extra: 1 }).success, false);
    assert.equal(schema.safeParse({ ...document, outcome: 'fine' }).success, false);
  });
});
