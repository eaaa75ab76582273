import { DomainError, messageOf } from '../sidecar/core/errors.ts';
import { type ActualRealm, listDoubles } from './actual.ts';
import type { BindAccount } from './bind-account.ts';
import type { DesiredItem } from './items.ts';
import { toBindDn } from './realm/ldap-provider.ts';
import type { Config, RealmAdmin, RealmReader } from './realm-admin.ts';
import { listMissingRights, listNeededRights } from './rights.ts';
import type { FederationSettings, KeycloakSettings } from './settings.ts';
import { explainTrial } from './trial-remedies.ts';

/** The rights of our login; undefined when it does not tell. Rejects with `forbidden`, naming every one that it lacks. */
export async function checkRights(
  admin: RealmReader,
  settings: KeycloakSettings,
): Promise<ReadonlySet<string> | undefined> {
  const rights = await admin.listRights();
  if (rights === undefined) return undefined;
  const missing = listMissingRights(listNeededRights(settings), rights);
  if (missing.length === 0) return rights;
  const lines = missing.map(({ name, purpose }) => `  ${name}: ${purpose}`);
  throw new DomainError(
    'forbidden',
    `the client ${settings.login.clientId} lacks rights in the realm ${settings.realm}; give its service account these roles of realm-management, or run keycloak bootstrap:\n${lines.join('\n')}`,
  );
}

/** What Keycloak reads from our issuer; a fault when it cannot. */
export async function discover(
  admin: RealmReader,
  { brokering }: KeycloakSettings,
): Promise<{ readonly config: Config; readonly faults: readonly string[] }> {
  if (brokering === undefined) return { config: {}, faults: [] };
  const url = `${brokering.issuer}/.well-known/openid-configuration`;
  try {
    const config = await admin.discoverProvider(url);
    return config.issuer === brokering.issuer
      ? { config, faults: [] }
      : { config, faults: [`${url} is about the issuer ${config.issuer}; correct keycloak.brokering.issuer`] };
  } catch (error) {
    const remedy = 'is `serve` running, and does Keycloak reach and trust that address?';
    return { config: {}, faults: [`Keycloak cannot read ${url}: ${remedy} (${messageOf(error)})`] };
  }
}

export interface Checked {
  /** What has to be put right first, one sentence each. */
  readonly faults: readonly string[];
  /** Keycloak has no secret of the service account that works. */
  readonly sendsBindSecret: boolean;
}

interface Surroundings {
  readonly admin: RealmAdmin;
  readonly settings: KeycloakSettings;
  readonly actual: ActualRealm;
  readonly desired: readonly DesiredItem[];
  readonly accountState: Awaited<ReturnType<BindAccount['readState']>>;
}

/** Everything that would stop the changes half-way, found before the first of them. */
export async function checkPreconditions(surroundings: Surroundings): Promise<Checked> {
  const { settings, actual, desired } = surroundings;
  const { federation } = settings;
  const faults = [...listForeign(surroundings), ...listUnknownIncludes(settings, actual, desired)];
  for (const [first, ...others] of listDoubles(desired, actual.items)) {
    const ids = [first, ...others].map((item) => item?.id).join(', ');
    faults.push(
      `there are ${others.length + 1} of ${first?.kind} ${first?.name} (${ids}); delete those that are not ours`,
    );
  }
  if (federation === undefined) return { faults, sendsBindSecret: false };
  for (const client of federation.clients) {
    if (!(await surroundings.admin.hasClient(client)))
      faults.push(`keycloak.clients names ${client}, which the realm has not; make that client, or leave it out`);
  }
  const trial = await tryService(surroundings, federation);
  return { faults: [...faults, ...trial.faults], sendsBindSecret: trial.sendsBindSecret };
}

/** Things with the names of ours that we did not make. */
function listForeign({ settings, actual, desired }: Surroundings): string[] {
  const { federation } = settings;
  return desired.flatMap(({ kind, name }) => {
    const foreign = actual.items.filter((item) => item.kind === kind && item.name === name && !item.isOurs);
    const [first] = foreign;
    if (first === undefined) return [];
    const { id } = first;
    if (kind === 'LDAP provider' && foreign.length === 1)
      return [
        `the LDAP provider ${name} (${id}) was not made by us; rename or delete it, or change keycloak.federation.name`,
      ];
    if (kind === 'identity provider')
      return [`the identity provider ${name} was not made by us; delete it, or change keycloak.brokering.alias`];
    if (kind === 'group' && name === `/${federation?.groupsParent}` && federation?.removeMissing)
      return [
        `the group ${name} was not made by us, and keycloak.federation.removeMissing would delete the groups below it; rename it, or change keycloak.federation.groupsParent`,
      ];
    return [];
  });
}

function listUnknownIncludes(
  { federation }: KeycloakSettings,
  actual: ActualRealm,
  desired: readonly DesiredItem[],
): string[] {
  const known = new Set([...actual.items, ...desired].filter(({ kind }) => kind === 'role').map(({ name }) => name));
  return (federation?.composites ?? [])
    .filter(({ includes }) => !known.has(includes))
    .map(
      ({ role, includes }) =>
        `keycloak.federation.composites: ${role} includes ${includes}, which is no role of the realm; correct its name`,
    );
}

async function tryService(
  { admin, actual, accountState }: Surroundings,
  federation: FederationSettings,
): Promise<Checked> {
  const { name, connectionUrl, startTls } = federation;
  const bindDn = toBindDn(federation);
  const provider = actual.providers.find((each) => each.name === name);
  const trial = { connectionUrl, startTls, bindDn, secret: undefined, componentId: provider?.id };
  const reached = await admin.tryLdapConnection({ ...trial, componentId: undefined });
  if (reached.kind === 'failed') return { faults: [explainTrial(reached.code, federation)], sendsBindSecret: false };
  const { config } = provider ?? {};
  // Keycloak takes the stored secret only where it was stored for.
  const isStored = config?.connectionUrl === connectionUrl && config.bindDn === bindDn;
  const isUsable = accountState === 'usable' || accountState === 'configured';
  if (!isStored || !isUsable) return { faults: [], sendsBindSecret: true };
  const answer = await admin.tryLdapLogin(trial);
  if (answer.kind === 'accepted') return { faults: [], sendsBindSecret: false };
  if (answer.code === 'AuthenticationFailure') return { faults: [], sendsBindSecret: true };
  return { faults: [explainTrial(answer.code, federation)], sendsBindSecret: false };
}
