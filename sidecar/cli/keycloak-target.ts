import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { createKeycloakTarget, type KeycloakTarget } from '../../plugin/keycloak-target.ts';
import type { RealmAdmin } from '../../plugin/realm-admin.ts';
import type { KeycloakSettings } from '../../plugin/settings.ts';
import { openRealm, toKeycloakSettings } from '../app-keycloak.ts';
import { createBindAccount } from '../app-keycloak-account.ts';
import type { Settings } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import { systemClock } from '../host/system-clock.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createServiceAccountStore } from '../storage/service-account-store.ts';
import { createCliLog } from './cli-log.ts';
import type { CliContext } from './context.ts';
import { loadMapping } from './mapping-notes.ts';
import { withDirectory } from './stored-directory.ts';

/** Sleeping keeps the process alive: nothing else does while a command waits. */
const waitingClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** What the `keycloak` commands work with. */
export interface OpenKeycloak {
  readonly target: KeycloakTarget;
  readonly admin: RealmAdmin;
  readonly settings: KeycloakSettings;
  readonly directory: Directory;
}

/** Runs a command about the realm that the settings name, and closes what it opened. */
export async function withKeycloak<T>(
  context: CliContext,
  command: Command,
  work: (keycloak: OpenKeycloak) => Promise<T>,
): Promise<T> {
  return withDirectory(context, command, async (directory, loaded, mappings, database) => {
    const { settings } = loaded;
    const keycloak = requireKeycloak(settings);
    const mapping = await loadMapping(context, settings.mappings, mappings);
    const { file, databaseUrl } = { file: settings.security.secretFile, databaseUrl: settings.database.url };
    const ports = {
      accounts: createServiceAccountStore(database),
      key: createSecretFile({ file, databaseUrl, log: createCliLog(context) }),
      clock: systemClock,
    };
    const admin = openRealm(keycloak);
    try {
      const target = createKeycloakTarget({
        ...{ settings: keycloak, admin, mapping, clock: waitingClock },
        account: createBindAccount(ports, settings.ldap.serviceAccounts),
        groups: [...directory.groups.values()].map(({ name }) => name).sort(),
      });
      return await work({ target, admin, settings: keycloak, directory });
    } finally {
      await admin.close();
    }
  });
}

/** Throws `invalid_input` when the settings name no Keycloak. */
export function requireKeycloak(settings: Settings): KeycloakSettings {
  const keycloak = toKeycloakSettings(settings);
  if (keycloak !== undefined) return keycloak;
  throw new DomainError('invalid_input', 'keycloak.url is missing; set it (SIDECAR_KEYCLOAK_URL), or --keycloak-url');
}
