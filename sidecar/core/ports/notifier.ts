/** What an administrator has to learn without looking. Texts hold no secret; times in UTC. */
export type SyncEvent =
  /** A plan has risky changes and waits for an administrator. */
  | {
      readonly kind: 'plan_held';
      /** Names the plan for `sync --confirm`. */
      readonly plan: string;
      readonly reasons: readonly string[];
      /** One line: what the plan would change. */
      readonly summary: string;
      readonly at: Date;
    }
  /** Several runs in a row have failed. */
  | {
      readonly kind: 'sync_failing';
      /** Failed runs in a row. */
      readonly failures: number;
      /** Of the last one. */
      readonly error: string;
      /** End of the first one. */
      readonly since: Date;
      readonly at: Date;
    }
  /** A run succeeded after `sync_failing`. */
  | {
      readonly kind: 'sync_recovered';
      /** Failed runs before it. */
      readonly after: number;
      readonly at: Date;
    };

/** The same of the certificates that this service shows to its clients. */
export type CertificateEvent =
  /** One ends soon, or has ended (`daysLeft` below 0). */
  | {
      readonly kind: 'certificate_ending';
      /** Of the settings: `ldap.tls`. */
      readonly section: string;
      readonly file: string;
      readonly expiresAt: Date;
      readonly daysLeft: number;
      readonly at: Date;
    }
  /** Files that took its place cannot be used: it stays in force. */
  | {
      readonly kind: 'certificate_refused';
      readonly section: string;
      readonly file: string;
      readonly reason: string;
      readonly at: Date;
    };

export type NoticeEvent = SyncEvent | CertificateEvent;

/** Tells people. Whether a cause has been told already is for the caller to know. */
export interface Notifier {
  /**
   * Resolves when the event was delivered or given up, which may take minutes: a caller that has other work does not wait. Never
   * rejects: a delivery that fails is logged. Events arrive in the order in which they were told.
   */
  notify(event: NoticeEvent): Promise<void>;
}
