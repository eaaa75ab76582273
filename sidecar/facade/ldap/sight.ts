import type { AccessScope, View } from '../../core/access.ts';
import type { ServiceAccountAccess } from '../../core/service-accounts.ts';
import { ScopedSnapshot } from '../../directory/scoped-snapshot.ts';
import type { Shape } from '../../directory/shape.ts';
import { toTypeName } from '../../directory/shaped-selections.ts';
import { ShapedSnapshot } from '../../directory/shaped-snapshot.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { generic } from './profiles/generic.ts';
import type { LdapProfile, ProfileFacts } from './profiles/profile.ts';
import { profileNamed } from './profiles/profile-named.ts';
import type { LdapResult } from './result-codes.ts';
import { type Identity, viewOf } from './session.ts';

/** What says where an entry stands in the tree and what it is: no scope hides that. */
const structure: ReadonlySet<string> = new Set([
  ...['objectClass', 'structuralObjectClass', 'entryDN', 'subschemaSubentry', 'hasSubordinates', 'numSubordinates'],
]);

/** How one kind of connection sees the directory: the same object for all that see it so. */
interface Lens {
  readonly profile: LdapProfile;
  readonly shape: Shape | undefined;
  readonly scope: AccessScope | undefined;
}

/** A connection, as far as it matters for what it sees. */
export interface Viewer {
  readonly identity: Identity;
  /** Name of the listener's profile; `generic` when left out. */
  readonly profile?: string | undefined;
}

/** How connections see the directory, by their listener and by whom they are bound as. */
export interface Sights {
  /** The profile that a connection's answers are for. */
  profileOf(viewer: Viewer): LdapProfile;
  /** The directory as a connection sees it, and what it sees of that: the very snapshot where nothing is hidden or changed. */
  lookAt(snapshot: Snapshot, viewer: Viewer): Sight;
}

/** What an operation answers from. */
export interface Sight {
  readonly snapshot: Snapshot;
  readonly view: View;
}

/** `accessOf` tells what a service account is limited to. */
export function createSights(
  accessOf: (account: string) => ServiceAccountAccess | undefined,
  facts: ProfileFacts,
): Sights {
  const plain: Lens = { profile: generic, shape: undefined, scope: undefined };
  const lenses = new Map<string, Lens>();
  const byIdentity = new WeakMap<Identity, Lens>();
  const seen = new WeakMap<Snapshot, Map<Lens, Snapshot>>();

  const makeLens = (listener: string, account: string | undefined): Lens => {
    const access = account === undefined ? undefined : accessOf(account);
    const profile = narrowProfile(findProfile(listener), findProfile(access?.profile ?? generic.name));
    const shape = toShape(profile, access?.scope?.attributes ?? [], facts);
    return { profile, shape, scope: access?.scope && isLimited(access.scope) ? access.scope : undefined };
  };
  const lensOf = ({ identity, profile: listener = generic.name }: Viewer): Lens => {
    if (identity.kind !== 'service' && listener === generic.name) return plain;
    const known = byIdentity.get(identity);
    // Nobody is the same object on every listener.
    if (known !== undefined && identity.kind !== 'anonymous') return known;
    const key = JSON.stringify([listener, identity.kind === 'service' ? identity.name : null]);
    const lens = lenses.get(key) ?? makeLens(listener, identity.kind === 'service' ? identity.name : undefined);
    lenses.set(key, lens);
    byIdentity.set(identity, lens);
    return lens;
  };
  return {
    profileOf: (viewer) => lensOf(viewer).profile,
    lookAt(snapshot, viewer) {
      const lens = lensOf(viewer);
      const { scope } = lens;
      const view: View = scope === undefined ? viewOf(viewer.identity) : { kind: 'scoped', scope };
      if (lens.shape === undefined && lens.scope === undefined) return { snapshot, view };
      const views = seen.get(snapshot) ?? new Map<Lens, Snapshot>();
      seen.set(snapshot, views);
      const known = views.get(lens) ?? makeView(snapshot, lens);
      views.set(lens, known);
      return { snapshot: known, view };
    },
  };
}

/** An end with the code that a profile has in the place of one that its product misreads. */
export function toShownEnd<End extends { readonly result: LdapResult }>(end: End, { replacedCodes }: LdapProfile): End {
  const code = replacedCodes?.get(end.result.code);
  return code === undefined ? end : { ...end, result: { ...end.result, code } };
}

function findProfile(name: string): LdapProfile {
  const profile = profileNamed(name);
  if (profile === undefined) throw new TypeError(`no profile ${name}`);
  return profile;
}

/**
 * The profile of an account behind that of its listener: what one of them hides is hidden, what one of them never answers is never
 * answered, and where both derive an attribute the account's is the one.
 */
function narrowProfile(listener: LdapProfile, account: LdapProfile): LdapProfile {
  if (account === generic || account === listener) return listener;
  return {
    ...{ name: account.name, product: account.product },
    derive(facts) {
      const own = account.derive?.(facts) ?? [];
      const names = new Set(own.map(({ name }) => name));
      return [...own, ...(listener.derive?.(facts) ?? []).filter(({ name }) => !names.has(name))];
    },
    hidden: [...(listener.hidden ?? []), ...(account.hidden ?? [])],
    replacedCodes: new Map([...(listener.replacedCodes ?? []), ...(account.replacedCodes ?? [])]),
  };
}

function makeView(whole: Snapshot, { scope, shape }: Lens): Snapshot {
  const scoped = scope === undefined ? whole : new ScopedSnapshot(whole, scope);
  return shape === undefined ? scoped : new ShapedSnapshot(scoped, shape);
}

function toShape(profile: LdapProfile, attributes: readonly string[], facts: ProfileFacts): Shape | undefined {
  const derived = profile.derive?.(facts) ?? [];
  const hidden = new Set((profile.hidden ?? []).map(toTypeName));
  if (derived.length === 0 && hidden.size === 0 && attributes.length === 0) return undefined;
  const shown = new Set(attributes.map(toTypeName));
  const isShown = (name: string) => shown.size === 0 || shown.has(name) || structure.has(name);
  return { derived, hides: (name) => hidden.has(name) || !isShown(name) };
}

function isLimited({ domains, groups, role }: AccessScope): boolean {
  return domains.length > 0 || groups.length > 0 || role !== undefined;
}
