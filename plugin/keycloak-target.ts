import { DomainError } from '../sidecar/core/errors.ts';
import type { Mapping } from '../sidecar/core/mapping/rules.ts';
import type { Clock } from '../sidecar/core/ports/clock.ts';
import { readActual } from './actual.ts';
import { type Applied, applyChanges } from './apply.ts';
import type { BindAccount } from './bind-account.ts';
import { defaultGroupsParent, planDesired } from './desired.ts';
import type { ActualItem, DesiredItem } from './items.ts';
import { type Change, planChanges, planRemoval } from './plan.ts';
import { checkPreconditions, checkRights, discover } from './preconditions.ts';
import type { RealmAdmin } from './realm-admin.ts';
import { checkKeycloakSettings, type KeycloakSettings } from './settings.ts';

export interface KeycloakTargetPorts {
  readonly settings: KeycloakSettings;
  readonly admin: RealmAdmin;
  readonly account: BindAccount;
  readonly clock: Clock;
  /** The mapping in force. */
  readonly mapping: Mapping;
  /** Addresses of our groups. */
  readonly groups: readonly string[];
}

/** What a plan would change, and all that its application needs. */
export interface KeycloakPlan {
  readonly realmId: string;
  readonly changes: readonly Change[];
  /** What is worth a word and stops nothing. */
  readonly notes: readonly string[];
}

export interface PlanOptions {
  /** Give the service account another secret in any case. */
  readonly rotates?: boolean;
}

/** A realm that is set up for us and kept so. Everything rejects as {@link RealmAdmin} does. */
export interface KeycloakTarget {
  /** Changes nothing. Rejects when something stands in the way of the changes, naming all of it with its remedy. */
  plan(options?: PlanOptions): Promise<KeycloakPlan>;
  /** Carries a plan out, and stops at the first failure; never rejects for one. */
  apply(plan: KeycloakPlan, tell: (change: Change) => void): Promise<Applied>;
  /** What would take away everything that we made, and nothing else. */
  planRemoval(): Promise<KeycloakPlan>;
}

/** Throws `invalid_input` when the settings cannot be used. */
export function createKeycloakTarget(ports: KeycloakTargetPorts): KeycloakTarget {
  const { settings, admin, account, mapping, groups } = ports;
  checkKeycloakSettings(settings);
  const { federation, brokering } = settings;
  const groupsParent = federation?.groupsParent ?? defaultGroupsParent;

  const look = async () => {
    const rights = await checkRights(admin, settings);
    // One that was made before and is wanted no more has to go too.
    const alias = brokering?.alias ?? (rights !== undefined && seesProviders(rights) ? defaultAlias : undefined);
    const actual = await readActual(admin, { groupsParent, provider: federation?.name ?? '', alias });
    const accountState = federation === undefined ? 'missing' : await account.readState(federation.bindAccount);
    const items = [...toAccountItem(federation?.bindAccount, accountState), ...actual.items];
    return { actual, accountState, items };
  };

  return {
    async plan({ rotates = false } = {}) {
      const { actual, accountState, items } = await look();
      const discovery = await discover(admin, settings);
      const facts = { ...{ realmId: actual.realmId, mapping, groups }, discovery: discovery.config };
      const draft = planDesired(settings, { ...facts, sendsBindSecret: false, isAccountConfigured: false });
      const checked = await checkPreconditions({ admin, settings, actual, desired: draft, accountState });
      const faults = [...discovery.faults, ...checked.faults];
      if (faults.length > 0) throw new DomainError('conflict', faults.join('\n'));
      const isAccountConfigured = accountState === 'configured';
      const sendsBindSecret = checked.sendsBindSecret || rotates;
      const desired = planDesired(settings, { ...facts, sendsBindSecret, isAccountConfigured });
      return {
        realmId: actual.realmId,
        changes: planChanges(desired, items),
        notes: listNotes(desired, actual.items),
      };
    },
    apply: (plan, tell) => applyChanges(ports, plan, tell),
    async planRemoval() {
      const { actual, items } = await look();
      return { realmId: actual.realmId, changes: planRemoval(items), notes: [] };
    },
  };
}

/** Alias of our identity provider where it is switched off. */
const defaultAlias = 'icewarp';

function seesProviders(rights: ReadonlySet<string>): boolean {
  return ['realm-admin', 'manage-identity-providers', 'view-identity-providers'].some((name) => rights.has(name));
}

function toAccountItem(
  name: string | undefined,
  state: Awaited<ReturnType<BindAccount['readState']>>,
): readonly ActualItem[] {
  if (name === undefined || state === 'missing' || state === 'configured') return [];
  return [{ kind: 'service account', name, id: name, properties: {}, isOurs: true }];
}

function listNotes(desired: readonly DesiredItem[], actual: readonly ActualItem[]): readonly string[] {
  const wanted = new Set(desired.filter(({ kind }) => kind === 'role').map(({ name }) => name));
  const foreign = actual.filter(({ kind, name, isOurs }) => kind === 'role' && !isOurs && wanted.has(name));
  return foreign.length === 0
    ? []
    : [`roles that were there before are used as they are: ${foreign.map(({ name }) => name).join(', ')}`];
}
