import type { Registry } from 'prom-client';
import { createStateGauges } from './state-gauge.ts';

/** What is known of the mapping. */
export interface MappingGaugeState {
  /** Faults of the files as they are now; undefined: not looked at yet. */
  readonly faults: number | undefined;
  /** Rules in force; undefined: no mapping is. */
  readonly rules: number | undefined;
  /** Since when the content in force is so. */
  readonly since: Date | undefined;
  /** Changes wait for an administrator. */
  readonly isHeld: boolean;
}

/** Adds gauges that ask for the state of the mapping when they are read. What is not known has no value. */
export function addMappingGauges(registry: Registry, prefix: string, state: () => MappingGaugeState): void {
  const gauge = createStateGauges(registry, prefix, state);
  gauge(
    'mapping_faults',
    'Faults in the mapping files; above 0 the last good ones are in force.',
    (known) => known.faults,
  );
  gauge('mapping_rules', 'Rules in force.', (known) => known.rules);
  gauge('mapping_since_timestamp_seconds', 'When the mapping in force was first read (Unix time).', ({ since }) =>
    since === undefined ? undefined : since.getTime() / 1000,
  );
  gauge('mapping_plan_held', '1 while changes by the mapping wait for an administrator, else 0.', ({ isHeld }) =>
    isHeld ? 1 : 0,
  );
}
