import { NetworkError } from '@keycloak/keycloak-admin-client';
import { z } from 'zod';
import type { KeycloakConnection } from './keycloak-connection.ts';
import { reasonOf } from './keycloak-errors.ts';
import { parseReply } from './keycloak-reads.ts';
import type { LdapTrial, LdapTrialAnswer, RealmReader } from './realm-admin.ts';

type Trials = Pick<RealmReader, 'tryLdapConnection' | 'tryLdapLogin' | 'readLdapExtensions'>;

const extensionsSchema = z.array(z.object({ oid: z.string() }));

/** Lets Keycloak try an LDAP server by itself: its network, its DNS and its trust are not ours. */
export function createLdapTrials(connection: KeycloakConnection, realm: string): Trials {
  const { client, call } = connection;
  const attempt = (action: string, trial: LdapTrial): Promise<LdapTrialAnswer> =>
    call(`try ${trial.connectionUrl}`, async () => {
      try {
        await client.realms.testLDAPConnection({ realm }, { action, ...toPayload(trial) });
        return { kind: 'accepted' };
      } catch (error) {
        if (!(error instanceof NetworkError) || error.response.status !== 400) throw error;
        return { kind: 'failed', code: reasonOf(error) || 'unknown' };
      }
    });
  return {
    tryLdapConnection: (trial) => attempt('testConnection', trial),
    tryLdapLogin: (trial) => attempt('testAuthentication', trial),
    async readLdapExtensions(trial) {
      const payload = { action: 'queryServerCapabilities', ...toPayload(trial) };
      const found = await call(`ask ${trial.connectionUrl} for its extensions`, () =>
        client.realms.ldapServerCapabilities({ realm }, payload),
      );
      return parseReply(extensionsSchema, found, 'LDAP extensions').map(({ oid }) => oid);
    },
  };
}

function toPayload({ connectionUrl, startTls, bindDn, secret, componentId }: LdapTrial) {
  return {
    ...{ connectionUrl, bindDn, authType: 'simple', useTruststoreSpi: 'always', connectionTimeout: '5000' },
    startTls: String(startTls),
    ...(secret === undefined ? { bindCredential: secretMask } : { bindCredential: secret.reveal() }),
    ...(componentId === undefined ? {} : { componentId }),
  };
}

/** What Keycloak shows in place of a secret, and takes for the one that it has. */
export const secretMask = '**********';
