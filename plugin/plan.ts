import { type ActualItem, type DesiredItem, type ItemKind, itemKinds } from './items.ts';
import { isOwnMapper } from './realm/ldap-mappers.ts';

/** One property that differs. Undefined: it is not there. A secret has no values. */
export interface Difference {
  readonly property: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly isSecret: boolean;
}

export type Change =
  | { readonly action: 'create'; readonly item: DesiredItem; readonly differences: readonly Difference[] }
  | {
      readonly action: 'update';
      readonly item: DesiredItem;
      readonly actual: ActualItem;
      readonly differences: readonly Difference[];
    }
  | { readonly action: 'delete'; readonly actual: ActualItem };

/** Ordered changes that lead from the realm as it is to the one it should be; none when it is that already. Pure. */
export function planChanges(desired: readonly DesiredItem[], actual: readonly ActualItem[]): readonly Change[] {
  const present = new Map(actual.map((item) => [keyOf(item), item]));
  const wanted = new Set(desired.map(keyOf));
  const unwanted = actual.filter((item) => !wanted.has(keyOf(item)) && isStale(item));
  const isProviderGone = unwanted.some(({ kind }) => kind === 'identity provider');
  // Its mappers go with it.
  const stale = unwanted.filter(({ kind }) => !(isProviderGone && kind === 'identity provider mapper'));
  const changes = desired.flatMap((item): Change[] => {
    const found = present.get(keyOf(item));
    if (found === undefined) return [{ action: 'create', item, differences: listDifferences(item, undefined) }];
    // A role that somebody else made is used as it is, and stays when ours are removed.
    if (item.kind === 'role' && !found.isOurs) return [];
    const differences = listDifferences(item, found);
    return differences.length === 0 ? [] : [{ action: 'update', item, actual: found, differences }];
  });
  const gone = sortFromEnd(stale).map((actual): Change => ({ action: 'delete', actual }));
  // Keycloak deletes no flow that is in use, and what uses it is changed only by now.
  const isFlow = (change: Change) => change.action === 'delete' && change.actual.kind === 'login flow';
  return [...gone.filter((change) => !isFlow(change)), ...changes, ...gone.filter(isFlow)];
}

/** Changes that take away what we made and nothing else. Pure. */
export function planRemoval(actual: readonly ActualItem[]): readonly Change[] {
  return sortFromEnd(actual.filter(({ isOurs }) => isOurs)).map((item) => ({ action: 'delete', actual: item }));
}

/**
 * Whether an item that is not wanted has to go. Roles and groups stay while anything of ours is there: people may hold them by other
 * ways than ours. Mappers that Keycloak made for our provider are ours to clear.
 */
function isStale(item: ActualItem): boolean {
  if (item.kind === 'role' || item.kind === 'group') return false;
  if (item.kind !== 'LDAP mapper' && item.kind !== 'identity provider mapper') return item.isOurs;
  return item.properties.type === 'kerberos-principal-attribute-mapper' || isOwnMapper(item.name);
}

function listDifferences({ properties, secret }: DesiredItem, actual: ActualItem | undefined): readonly Difference[] {
  const plain = Object.entries(properties)
    // An empty text and none at all are the same to Keycloak.
    .filter(([property, value]) => (actual?.properties[property] ?? '') !== value)
    .map(([property, to]): Difference => ({ property, from: actual?.properties[property], to, isSecret: false }));
  if (secret === undefined || (actual !== undefined && !secret.isSent)) return plain;
  return [...plain, { property: secret.property, from: undefined, to: undefined, isSecret: true }];
}

function sortFromEnd(items: readonly ActualItem[]): readonly ActualItem[] {
  const place = (kind: ItemKind) => itemKinds.indexOf(kind);
  // Of groups the deeper ones first.
  return [...items].sort((a, b) => place(b.kind) - place(a.kind) || b.name.length - a.name.length);
}

function keyOf({ kind, name }: { readonly kind: ItemKind; readonly name: string }): string {
  return `${kind}\0${name}`;
}
