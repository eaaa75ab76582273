import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunOutcome } from '../core/ports/directory-store.ts';
import { addCertificateGauges, type CertificateState } from './certificate-gauges.ts';
import { createLabelBound } from './label-bound.ts';
import type { LdapCountsBatch } from './ldap-counts.ts';
import { addMappingGauges, type MappingGaugeState } from './mapping-gauges.ts';
import { addSearchDurations } from './search-durations.ts';
import { addSyncGauges, type SyncState } from './sync-gauges.ts';

/** One call to IceWarp. `uid` is the error uid of a reply that was an error; an error without one is no reply. */
export interface IcewarpCall {
  readonly command: string;
  readonly outcome: 'ok' | 'error';
  readonly uid?: string | undefined;
  readonly durationMs: number;
}

/** The directory that is served. */
export interface PublishedDirectory {
  readonly generation: number;
  readonly publishedAt: Date;
  readonly users: number;
  readonly groups: number;
}

/** Counts what happens, for Prometheus. Recorders are called on every operation and never throw. */
export interface Metrics {
  recordSync(run: { readonly outcome: RunOutcome; readonly startedAt: Date; readonly endedAt: Date }): void;
  recordDirectory(directory: PublishedDirectory): void;
  /** Shows the schedule's state from now on; called once. */
  watchSync(state: () => SyncState): void;
  /** The same for the mapping. */
  watchMapping(state: () => MappingGaugeState): void;
  /** The same for the certificates that are shown to clients. */
  watchCertificates(states: () => readonly CertificateState[]): void;
  /** Binds and searches that LDAP answered. */
  recordLdap(batch: LdapCountsBatch): void;
  /** A service account was not let in: `wrong`, `limited` or `busy`. Accounts are few and known. */
  recordServiceRefusal(account: string, reason: string): void;
  recordIcewarpCall(call: IcewarpCall): void;
  /** Entries of the audit log that could not be written and were given up. */
  recordAuditLoss(entries: number): void;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
  /** The media type of {@link text}. */
  readonly contentType: string;
}

const prefix = 'icewarp_sidecar_';

/** `now` is for the ages. Every call makes a registry of its own. */
export function createMetrics(now: () => Date = () => new Date()): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const bind = createLabelBound();
  const search = createLabelBound();
  const command = createLabelBound();
  const account = createLabelBound();
  let published: PublishedDirectory | undefined;

  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: prefix + name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) =>
    new Histogram({ name: prefix + name, help, buckets, labelNames, registers });
  const gauge = (name: string, help: string, value: (directory: PublishedDirectory) => number) =>
    new Gauge({
      name: prefix + name,
      help,
      registers,
      collect() {
        // No value is better than a wrong one: an alert can ask for absence.
        if (published === undefined) this.remove();
        else this.set(value(published));
      },
    });

  const syncRuns = counter('sync_runs_total', 'Synchronisation runs by outcome.', 'outcome');
  const syncDuration = histogram('sync_duration_seconds', 'How long a run took.', [0.1, 0.5, 1, 5, 15, 60, 300, 1800]);
  const lastSuccess = new Gauge({
    name: `${prefix}sync_last_success_timestamp_seconds`,
    help: 'When a run last ended well, whether it changed something or not (Unix time).',
    registers,
  });
  lastSuccess.remove();
  gauge('directory_users', 'Users served.', (directory) => directory.users);
  gauge('directory_groups', 'Groups served.', (directory) => directory.groups);
  gauge('directory_generation', 'Number of the commit that is served.', (directory) => directory.generation);
  gauge('snapshot_age_seconds', 'Time since the served directory was published.', (directory) =>
    Math.max(0, (now().getTime() - directory.publishedAt.getTime()) / 1000),
  );
  const binds = counter('ldap_binds_total', 'LDAP binds by result.', 'result');
  const serviceRefusals = counter(
    'service_account_refusals_total',
    'Logins of service accounts that were not accepted, by account and reason.',
    'account',
    'reason',
  );
  const searches = counter('ldap_searches_total', 'LDAP searches by result code.', 'result');
  const addDurations = addSearchDurations(
    registry,
    `${prefix}ldap_search_duration_seconds`,
    'Time from request to last byte of an LDAP search.',
  );
  const searchEntries = counter('ldap_search_entries_total', 'Entries given by LDAP searches.');
  const auditLoss = counter('audit_entries_lost_total', 'Entries of the audit log that were given up unwritten.');
  const calls = counter('icewarp_calls_total', 'Calls to IceWarp by command and outcome.', 'command', 'outcome');
  const callDuration = histogram(
    'icewarp_call_duration_seconds',
    'How long IceWarp took; a wrong password is held back for some 30 seconds.',
    [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 30, 60, 90],
    'command',
  );

  return {
    recordSync({ outcome, startedAt, endedAt }) {
      syncRuns.inc({ outcome });
      observe(syncDuration, {}, endedAt.getTime() - startedAt.getTime());
      if (outcome === 'applied' || outcome === 'unchanged') lastSuccess.set(endedAt.getTime() / 1000);
    },
    recordDirectory(directory) {
      published = directory;
    },
    watchSync: (state) => addSyncGauges(registry, prefix, state),
    watchMapping: (state) => addMappingGauges(registry, prefix, state),
    watchCertificates: (states) => addCertificateGauges(registry, prefix, states, now),
    recordServiceRefusal: (name, reason) => serviceRefusals.inc({ account: account(name), reason }),
    recordLdap(batch) {
      for (const [code, count] of batch.binds) binds.inc({ result: bind(String(code)) }, count);
      for (const [code, count] of batch.searches) searches.inc({ result: search(String(code)) }, count);
      searchEntries.inc(batch.entries);
      addDurations(batch);
    },
    recordAuditLoss: (entries) => auditLoss.inc(entries),
    recordIcewarpCall(call) {
      const labels = { command: command(call.command) };
      calls.inc({ ...labels, outcome: call.outcome });
      observe(callDuration, labels, call.durationMs);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** A clock that was set back must not break a request that only wanted to be counted. */
function observe(histogram: Histogram, labels: Record<string, string>, durationMs: number): void {
  if (Number.isFinite(durationMs)) histogram.observe(labels, Math.max(0, durationMs) / 1000);
}
