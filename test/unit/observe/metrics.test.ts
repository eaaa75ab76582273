import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLdapCounts, type LdapCounts } from '../../../sidecar/observe/ldap-counts.ts';
import { createMetrics, type Metrics } from '../../../sidecar/observe/metrics.ts';
import type { SyncState } from '../../../sidecar/observe/sync-gauges.ts';

const at = (seconds: number) => new Date(seconds * 1000);

async function linesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split('\n');
}

/** What a worker would send. */
function recordLdap(metrics: Metrics, count: (counts: LdapCounts) => void): void {
  const counts = createLdapCounts();
  count(counts);
  const batch = counts.take();
  assert.ok(batch);
  assert.equal(counts.take(), undefined);
  metrics.recordLdap(batch);
}

describe('metrics', () => {
  it('count syncs, binds, searches and calls', async () => {
    const metrics = createMetrics();
    metrics.recordSync({ outcome: 'applied', startedAt: at(10), endedAt: at(12) });
    metrics.recordSync({ outcome: 'failed', startedAt: at(20), endedAt: at(20.2) });
    recordLdap(metrics, (counts) => {
      counts.addBind(49);
      counts.addBind(49);
      counts.addBind(0);
      counts.addSearch(0, 25, 0.2);
      counts.addSearch(32, 0, 0.1);
    });
    recordLdap(metrics, (counts) => counts.addSearch(0, 1, 6_000));
    metrics.recordIcewarpCall({ command: 'authenticate', outcome: 'ok', durationMs: 30 });
    metrics.recordIcewarpCall({ command: 'authenticate', outcome: 'error', durationMs: 40_000 });
    const lines = await linesOf(metrics);
    for (const line of [
      'icewarp_sidecar_sync_runs_total{outcome="applied"} 1',
      'icewarp_sidecar_sync_runs_total{outcome="failed"} 1',
      'icewarp_sidecar_sync_duration_seconds_sum 2.2',
      'icewarp_sidecar_sync_last_success_timestamp_seconds 12',
      'icewarp_sidecar_ldap_binds_total{result="49"} 2',
      'icewarp_sidecar_ldap_binds_total{result="0"} 1',
      'icewarp_sidecar_ldap_searches_total{result="0"} 2',
      'icewarp_sidecar_ldap_searches_total{result="32"} 1',
      'icewarp_sidecar_ldap_search_entries_total 26',
      '# TYPE icewarp_sidecar_ldap_search_duration_seconds histogram',
      'icewarp_sidecar_ldap_search_duration_seconds_bucket{le="0.0001"} 1',
      'icewarp_sidecar_ldap_search_duration_seconds_bucket{le="0.0005"} 2',
      'icewarp_sidecar_ldap_search_duration_seconds_bucket{le="5"} 2',
      'icewarp_sidecar_ldap_search_duration_seconds_bucket{le="+Inf"} 3',
      'icewarp_sidecar_ldap_search_duration_seconds_count 3',
      'icewarp_sidecar_ldap_search_duration_seconds_sum 6.0003',
      'icewarp_sidecar_icewarp_calls_total{command="authenticate",outcome="ok"} 1',
      'icewarp_sidecar_icewarp_calls_total{command="authenticate",outcome="error"} 1',
      'icewarp_sidecar_icewarp_call_duration_seconds_bucket{le="30",command="authenticate"} 1',
      'icewarp_sidecar_icewarp_call_duration_seconds_count{command="authenticate"} 2',
    ])
      assert.ok(
        lines.includes(line),
        `${line} is missing in\n${lines.filter((text) => text.startsWith('icewarp')).join('\n')}`,
      );
    assert.ok(lines.some((line) => line.startsWith('process_resident_memory_bytes ')));
  });

  it('tell size, generation and age of the served directory, and nothing while there is none', async () => {
    let now = at(100);
    const metrics = createMetrics(() => now);
    assert.ok(
      !(await linesOf(metrics)).some((line) => /^icewarp_sidecar_(directory|snapshot|sync_last)\S* /.test(line)),
    );
    metrics.recordDirectory({ generation: 7, publishedAt: at(100), users: 25, groups: 4 });
    now = at(160);
    const lines = await linesOf(metrics);
    assert.ok(lines.includes('icewarp_sidecar_directory_users 25'));
    assert.ok(lines.includes('icewarp_sidecar_directory_groups 4'));
    assert.ok(lines.includes('icewarp_sidecar_directory_generation 7'));
    assert.ok(lines.includes('icewarp_sidecar_snapshot_age_seconds 60'));
  });

  it('stay bounded whatever values are counted', async () => {
    const metrics = createMetrics();
    for (let index = 0; index < 1000; index += 1) recordLdap(metrics, (counts) => counts.addBind(index));
    const lines = (await linesOf(metrics)).filter((line) => line.startsWith('icewarp_sidecar_ldap_binds_total{'));
    assert.equal(lines.length, 65);
    assert.ok(lines.includes('icewarp_sidecar_ldap_binds_total{result="other"} 936'));
  });

  it('survive a clock that was set back', async () => {
    const metrics = createMetrics();
    metrics.recordSync({ outcome: 'unchanged', startedAt: at(10), endedAt: at(5) });
    recordLdap(metrics, (counts) => {
      counts.addSearch(0, 0, Number.NaN);
      counts.addSearch(0, 0, -5);
    });
    const lines = await linesOf(metrics);
    assert.ok(lines.includes('icewarp_sidecar_sync_duration_seconds_sum 0'));
    assert.ok(lines.includes('icewarp_sidecar_ldap_search_duration_seconds_sum 0'));
  });

  it('are kept apart in two instances', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    recordLdap(one, (counts) => counts.addBind(0));
    assert.ok(!(await other.text()).includes('ldap_binds_total{'));
  });
});

describe('the metrics of the schedule', () => {
  it('are asked for when read, and leave out what is not known', async () => {
    const metrics = createMetrics();
    let state: SyncState = { lastRunAt: undefined, nextRunAt: new Date(5_000), failuresInARow: 0, isHeld: false };
    metrics.watchSync(() => state);
    assert.doesNotMatch(await metrics.text(), /sync_last_run_timestamp_seconds \d/);
    assert.match(await metrics.text(), /^icewarp_sidecar_sync_next_run_timestamp_seconds 5$/m);
    state = { lastRunAt: new Date(4_000), nextRunAt: undefined, failuresInARow: 2, isHeld: true };
    const text = await metrics.text();
    assert.match(text, /^icewarp_sidecar_sync_last_run_timestamp_seconds 4$/m);
    assert.match(text, /^icewarp_sidecar_sync_failures_in_a_row 2$/m);
    assert.match(text, /^icewarp_sidecar_sync_plan_held 1$/m);
    assert.doesNotMatch(text, /sync_next_run_timestamp_seconds \d/);
  });
});
