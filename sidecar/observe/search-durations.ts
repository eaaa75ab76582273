import type { Histogram, Registry } from 'prom-client';
import { type LdapCountsBatch, searchDurationBounds } from './ldap-counts.ts';

/** Adds the histogram of search durations; gives what takes batches in. prom-client's own takes one observation at a time only. */
export function addSearchDurations(registry: Registry, name: string, help: string): (batch: LdapCountsBatch) => void {
  const counts = new Float64Array(searchDurationBounds.length + 1);
  let sum = 0;
  const metric = {
    ...{ name, help, type: 'histogram', aggregator: 'sum' },
    async get() {
      let total = 0;
      const buckets = [...searchDurationBounds, '+Inf'].map((le, index) => {
        total += counts[index] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le }, value: total };
      });
      return {
        ...{ name, help, type: 'histogram', aggregator: 'sum' },
        values: [
          ...buckets,
          { metricName: `${name}_sum`, labels: {}, value: sum },
          { metricName: `${name}_count`, labels: {}, value: total },
        ],
      };
    },
    reset() {
      counts.fill(0);
      sum = 0;
    },
  };
  // The registry asks its metrics for no more than this.
  registry.registerMetric(metric as unknown as Histogram);
  return ({ durations, durationSeconds }) => {
    for (const [index, count] of durations.entries()) counts[index] = (counts[index] ?? 0) + count;
    sum += durationSeconds;
  };
}
