import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toConfirmCommand } from '../../../sidecar/sync/confirm-command.ts';
import { renderReport } from '../../../sidecar/sync/render-report.ts';
import { aDomain, anAccount } from '../../support/scripted-source.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';

async function createShrunken() {
  const users = Array.from({ length: 40 }, (_, index) => anAccount(`u${index}@example.com`));
  const harness = createSyncHarness({ domains: [aDomain('example.com')], users });
  await harness.run();
  harness.source.company.users = users.slice(10);
  const confirm = (risk: string | undefined) => ({ confirmed: { risk, renames: new Map<string, string>() } });
  return { ...harness, confirm };
}

describe('a held plan', () => {
  it('is named, with the command that commits it', async () => {
    const { run, store, published } = await createShrunken();
    const report = await run();
    assert.equal(report.outcome, 'held');
    assert.match(report.plan ?? '', /^[0-9a-f]{12}$/);
    assert.equal(report.confirmWith, `icewarp-sidecar sync --confirm ${report.plan}`);
    const text = renderReport(report, { verbose: false });
    assert.match(
      text,
      /^held: -10 disabled; nothing was changed: .*sync\.limitPercent.*; if all is right: icewarp-sidecar sync/,
    );
    assert.deepEqual([await store.generation(), published.length, store.runs[0]?.outcome], [1, 1, 'held']);
  });

  it('is committed when confirmed', async () => {
    const { run, confirm, clock } = await createShrunken();
    const { plan } = await run();
    await clock.advance(60_000);
    const report = await run(confirm(plan));
    assert.deepEqual([report.outcome, report.summary, report.confirmWith], ['applied', '-10 disabled', undefined]);
    assert.equal((await run()).outcome, 'unchanged');
  });

  it('is committed although something harmless has changed since', async () => {
    const { run, confirm, source } = await createShrunken();
    const { plan } = await run();
    source.company.users.push(anAccount('fresh@example.com'));
    assert.equal((await run(confirm(plan))).summary, '+1 new, -10 disabled');
  });

  it('stays held when other risky changes have come, and says so', async () => {
    const { run, confirm, source, store } = await createShrunken();
    const { plan } = await run();
    source.company.users.pop();
    const report = await run(confirm(plan));
    assert.equal(report.outcome, 'held');
    assert.notEqual(report.plan, plan);
    assert.match(report.summary, new RegExp(`not those of plan ${plan} any more, but of ${report.plan}`));
    assert.equal(await store.generation(), 1);
  });

  it('is shown by a dry run with the same name', async () => {
    const { run } = await createShrunken();
    const [dry, real] = [await run({ dryRun: true }), await run()];
    assert.deepEqual([dry.outcome, dry.plan, dry.confirmWith], ['held', real.plan, real.confirmWith]);
  });
});

describe('the command that confirms', () => {
  it('repeats what else was said, fit for a shell', () => {
    const renames = new Map([
      ['a@x.test', 'b@x.test'],
      ["o'neil&co@x.test", 'c@x.test'],
    ]);
    assert.equal(
      toConfirmCommand('0123456789ab', renames, 'd@x.test'),
      `icewarp-sidecar sync --confirm 0123456789ab --rename a@x.test=b@x.test --rename 'o'\\''neil&co@x.test=c@x.test' --user d@x.test`,
    );
  });
});
