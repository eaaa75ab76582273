import type { SyncReport } from './report.ts';

/**
 * The report as one JSON document: dates as ISO 8601 in UTC, what is undefined as null. Its shape is docs/sync-report.schema.json;
 * `version` is raised when a reader of the old shape would be misled.
 */
export function toJsonReport(report: SyncReport): Readonly<Record<string, unknown>> {
  const { read, lockedBy } = report;
  return {
    version: 1,
    ...report,
    startedAt: report.startedAt.toISOString(),
    endedAt: report.endedAt.toISOString(),
    change: report.change ?? null,
    generation: report.generation ?? null,
    error: report.error ?? null,
    lockedBy:
      lockedBy === undefined
        ? null
        : { holder: lockedBy.holder, since: lockedBy.since.toISOString(), expiresAt: lockedBy.expiresAt.toISOString() },
    plan: report.plan ?? null,
    confirmWith: report.confirmWith ?? null,
    counts: report.counts ?? null,
    read: read === undefined ? null : { ...read, oldestReadAt: read.oldestReadAt?.toISOString() ?? null },
    parked: report.parked.map((account) => ({ ...account, nextTryAt: account.nextTryAt.toISOString() })),
  };
}
