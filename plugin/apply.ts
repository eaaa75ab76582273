import { DomainError } from '../sidecar/core/errors.ts';
import type { Clock } from '../sidecar/core/ports/clock.ts';
import type { Secret } from '../sidecar/core/secret.ts';
import type { BindAccount } from './bind-account.ts';
import { toComponentId } from './component-ids.ts';
import type { DesiredItem } from './items.ts';
import { ldapMapperType, ldapProviderType } from './keycloak-reads.ts';
import type { Change } from './plan.ts';
import { autoLinkSteps } from './realm/broker.ts';
import { toBindDn } from './realm/ldap-provider.ts';
import type { RealmAdmin } from './realm-admin.ts';
import type { KeycloakSettings } from './settings.ts';
import { explainTrial } from './trial-remedies.ts';

/** How far a plan was carried out. */
export interface Applied {
  readonly done: readonly Change[];
  /** What was not begun, or failed as the first of them. */
  readonly left: readonly Change[];
  readonly failure: unknown;
}

export interface ApplyPorts {
  readonly settings: KeycloakSettings;
  readonly admin: RealmAdmin;
  readonly account: BindAccount;
  readonly clock: Clock;
}

/** Carries changes out one by one and stops at the first that fails. `tell` hears of each that is done. */
export async function applyChanges(
  ports: ApplyPorts,
  { realmId, changes }: { readonly realmId: string; readonly changes: readonly Change[] },
  tell: (change: Change) => void,
): Promise<Applied> {
  const run = createRun(ports, realmId);
  for (const [index, change] of changes.entries()) {
    try {
      await run(change);
    } catch (failure) {
      return { done: changes.slice(0, index), left: changes.slice(index), failure };
    }
    tell(change);
  }
  return { done: changes, left: [], failure: undefined };
}

function createRun({ settings, admin, account, clock }: ApplyPorts, realmId: string) {
  const { federation, brokering } = settings;
  const providerId = toComponentId(realmId, federation?.name ?? '');
  const alias = brokering?.alias ?? '';
  let bindSecret: Secret | undefined;

  const toComponent = ({ name, properties }: DesiredItem, id: string) => {
    const { type = '', ...config } = properties;
    return { id, name, config, providerId: type, providerType: ldapMapperType, parentId: providerId };
  };
  const toProvider = async ({ name, properties, secret }: DesiredItem, isNew: boolean) => {
    const sends = isNew || secret?.isSent === true;
    // One of the configuration is no change of a plan.
    if (sends) bindSecret ??= await issueSecret();
    const config = { ...properties, ...(sends ? { bindCredential: bindSecret?.reveal() ?? '' } : {}) };
    return { id: providerId, name, config, providerId: 'ldap', providerType: ldapProviderType, parentId: realmId };
  };
  const toIdentityProvider = ({ name, properties }: DesiredItem) => {
    const secret = brokering?.clientSecret.reveal() ?? '';
    return { alias: name, properties: { ...properties, 'config.clientSecret': secret } };
  };
  const toBrokerMapper = ({ name, properties }: DesiredItem, id: string) => {
    const { type = '', ...config } = properties;
    return { id, name, type, config };
  };

  async function issueSecret(): Promise<Secret> {
    if (federation === undefined) throw new TypeError('a bind account without federation');
    const { bindAccount, connectionUrl, startTls } = federation;
    const secret = await account.issue(bindAccount);
    const trial = { connectionUrl, startTls, bindDn: toBindDn(federation), secret, componentId: undefined };
    // A running service takes a new account within two seconds.
    for (let attempt = 0; ; attempt += 1) {
      const answer = await admin.tryLdapLogin(trial);
      if (answer.kind === 'accepted') return secret;
      if (attempt >= 20) throw new DomainError('upstream_unavailable', explainTrial(answer.code, federation));
      await clock.sleep(500);
    }
  }

  async function createGroup(path: string): Promise<void> {
    const [, parent = '', ...rest] = path.split('/');
    if (rest.length === 0) return admin.createTopGroup(parent);
    const top = await admin.findTopGroup(parent);
    if (top === undefined) throw new DomainError('not_found', `the group /${parent} is not there any more`);
    return admin.createSubgroup(top.id, rest.join('/'));
  }

  async function create(item: DesiredItem): Promise<void> {
    const { kind, name, properties } = item;
    switch (kind) {
      case 'service account':
        bindSecret = await issueSecret();
        return;
      case 'group':
        return createGroup(name);
      case 'role':
        await admin.createRole(name, properties.description ?? '');
        return;
      case 'LDAP provider':
        return admin.createComponent(await toProvider(item, true));
      case 'LDAP mapper':
        return admin.createComponent(toComponent(item, toComponentId(realmId, federation?.name ?? '', name)));
      case 'login flow':
        return admin.createLoginFlow(name, 'Attaches logins at IceWarp to the users out of LDAP', autoLinkSteps);
      case 'identity provider':
        return admin.createIdentityProvider(toIdentityProvider(item));
      case 'identity provider mapper':
        return admin.createIdentityProviderMapper(alias, toBrokerMapper(item, ''));
    }
  }

  async function update(item: DesiredItem, id: string): Promise<void> {
    const { kind, name, properties } = item;
    switch (kind) {
      case 'service account':
        bindSecret = await issueSecret();
        return;
      case 'group':
        return;
      case 'role':
        return admin.describeRole(name, properties.description ?? '');
      case 'LDAP provider':
        return admin.updateComponent(await toProvider(item, false));
      case 'LDAP mapper':
        return admin.updateComponent(toComponent(item, id));
      case 'login flow':
        return admin.replaceLoginSteps({ id, alias: name, description: '', steps: [] }, autoLinkSteps);
      case 'identity provider':
        return admin.updateIdentityProvider(toIdentityProvider(item));
      case 'identity provider mapper':
        return admin.updateIdentityProviderMapper(alias, toBrokerMapper(item, id));
    }
  }

  async function remove({ kind, name, id }: Extract<Change, { action: 'delete' }>['actual']): Promise<void> {
    switch (kind) {
      case 'service account':
        return account.remove(name);
      case 'group':
        return admin.deleteGroup(id);
      case 'role':
        return admin.deleteRole(name);
      case 'LDAP provider':
      case 'LDAP mapper':
        return admin.deleteComponent(id);
      case 'login flow':
        return admin.deleteLoginFlow(id);
      case 'identity provider':
        return admin.deleteIdentityProvider(name);
      case 'identity provider mapper':
        return admin.deleteIdentityProviderMapper(alias, id);
    }
  }

  return async (change: Change): Promise<void> => {
    if (change.action === 'delete') return remove(change.actual);
    const { item } = change;
    await (change.action === 'create' ? create(item) : update(item, change.actual.id));
    const { includes } = item.properties;
    if (item.kind === 'role' && includes !== undefined) await admin.setIncludedRoles(item.name, includes.split(', '));
  };
}
