/** One step of a sync of one account. */
export interface AccountStep {
  readonly name: 'read' | 'filter' | 'match' | 'map' | 'publish';
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One line for the administrator. */
  readonly detail: string;
}
