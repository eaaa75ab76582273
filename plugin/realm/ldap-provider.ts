import type { Config } from '../realm-admin.ts';
import type { FederationSettings } from '../settings.ts';

/** Where our tree hangs users, groups, privileges and roles. */
export function unitDn(unit: 'users' | 'groups' | 'privileges' | 'roles', baseDn: string): string {
  return `ou=${unit},${baseDn}`;
}

export function toBindDn({ bindAccount }: Pick<FederationSettings, 'bindAccount'>): string {
  return `cn=${bindAccount}`;
}

/**
 * The LDAP provider. Every key whose absence means something else than a fresh component of the console is named: Keycloak 26 reads
 * some absent ones as true and waits for answers without end where no time is set.
 */
export function toProviderConfig(federation: FederationSettings): Config {
  return {
    enabled: 'true',
    priority: '0',
    vendor: 'other',
    connectionUrl: federation.connectionUrl,
    startTls: String(federation.startTls),
    // Refused together by Keycloak: StartTLS opens a connection for each operation.
    connectionPooling: String(!federation.startTls),
    useTruststoreSpi: 'always',
    authType: 'simple',
    bindDn: toBindDn(federation),
    connectionTimeout: '5000',
    readTimeout: '10000',
    usersDn: unitDn('users', federation.baseDn),
    searchScope: '1',
    usernameLDAPAttribute: 'uid',
    rdnLDAPAttribute: 'uid',
    uuidLDAPAttribute: 'entryUUID',
    userObjectClasses: 'inetOrgPerson, organizationalPerson',
    pagination: 'true',
    batchSizeForSync: String(federation.batchSize),
    editMode: 'READ_ONLY',
    importEnabled: 'true',
    syncRegistrations: 'false',
    trustEmail: 'true',
    validatePasswordPolicy: 'false',
    allowKerberosAuthentication: 'false',
    useKerberosForPasswordAuthentication: 'false',
    cachePolicy: 'MAX_LIFESPAN',
    maxLifespan: String(federation.cacheSeconds * 1000),
    fullSyncPeriod: toPeriod(federation.fullSyncSeconds),
    changedSyncPeriod: toPeriod(federation.changedSyncSeconds),
    removeInvalidUsersEnabled: String(federation.removeMissing),
  };
}

function toPeriod(seconds: number): string {
  return seconds === 0 ? '-1' : String(seconds);
}
