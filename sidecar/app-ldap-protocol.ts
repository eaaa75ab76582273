import type { LdapWorkerData } from './facade/ldap/worker-protocol.ts';
import type { LogLevel } from './observe/log.ts';

/** What an LDAP thread is started with. */
export interface LdapThreadData {
  readonly worker: LdapWorkerData;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
}
