import type { Command } from 'commander';
import { toComponentId } from '../../plugin/component-ids.ts';
import { messageOf } from '../core/errors.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { type OpenKeycloak, withKeycloak } from './keycloak-target.ts';
import { addSettingOptions } from './settings-options.ts';
import { formatTable } from './table.ts';

interface Status {
  readonly url: string;
  readonly realm: string;
  /** Undefined: see `fault`. */
  readonly pendingChanges: number | undefined;
  readonly fault: string | undefined;
  readonly federation: FederationStatus | undefined;
}

interface FederationStatus {
  readonly provider: string;
  readonly isThere: boolean;
  readonly lastFullSync: string | undefined;
  readonly lastChangedSync: string | undefined;
  /** In the whole realm, those of other sources too. */
  readonly usersInRealm: number;
  readonly usersHere: number;
}

/** `keycloak status`. */
export function addKeycloakStatus(keycloak: Command, context: CliContext, exitWith: (status: number) => void): void {
  addSettingOptions(
    keycloak
      .command('status')
      .description(
        'say whether the realm can be reached, is as it should be, and has our users. Exit status: 0 all well, 1 failed, 2 changes are pending',
      )
      .option('--json', 'as one JSON document'),
  ).action(async (options: { readonly json?: true }, self: Command) => {
    const status = await withKeycloak(context, self, readStatus);
    if (options.json) printJson(context, { version: 1, ...status });
    else printLine(context, formatStatus(status));
    if (status.pendingChanges === undefined) exitWith(1);
    else exitWith(status.pendingChanges === 0 ? 0 : 2);
  });
}

async function readStatus(keycloak: OpenKeycloak): Promise<Status> {
  const { target, settings } = keycloak;
  const { realm, login } = settings;
  const base = { url: login.url, realm };
  try {
    const federation = await readFederation(keycloak);
    try {
      const { changes } = await target.plan();
      return { ...base, pendingChanges: changes.length, fault: undefined, federation };
    } catch (error) {
      return { ...base, pendingChanges: undefined, fault: messageOf(error), federation };
    }
  } catch (error) {
    return { ...base, pendingChanges: undefined, fault: messageOf(error), federation: undefined };
  }
}

async function readFederation({ admin, settings, directory }: OpenKeycloak): Promise<FederationStatus | undefined> {
  const { federation } = settings;
  if (federation === undefined) return undefined;
  const { id: realmId } = await admin.readRealm();
  const id = toComponentId(realmId, federation.name);
  const provider = (await admin.listLdapProviders()).find((each) => each.id === id);
  return {
    provider: federation.name,
    isThere: provider !== undefined,
    lastFullSync: toTime(provider?.config.lastSync_FULL),
    lastChangedSync: toTime(provider?.config.lastSync_CHANGED),
    usersInRealm: await admin.countUsers(),
    usersHere: directory.users.size,
  };
}

function toTime(epochSeconds: string | undefined): string | undefined {
  const seconds = Number(epochSeconds);
  return Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : undefined;
}

function formatStatus({ url, realm, pendingChanges, fault, federation }: Status): string {
  const rows = [
    ['Keycloak', url],
    ['realm', realm],
  ];
  if (federation !== undefined)
    rows.push(
      ['LDAP provider', federation.isThere ? federation.provider : `${federation.provider} is not there`],
      ['last full sync', federation.lastFullSync ?? 'never'],
      ['last changed sync', federation.lastChangedSync ?? 'never'],
      ['users', `${federation.usersInRealm} in the realm, ${federation.usersHere} here`],
    );
  if (pendingChanges !== undefined)
    rows.push([
      'set up',
      pendingChanges === 0 ? 'as it should be' : `${pendingChanges} changes pending: keycloak plan`,
    ]);
  return formatTable(rows) + (fault === undefined ? '' : `\n\n${fault}`);
}
