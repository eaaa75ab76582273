import type { Config } from './realm-admin.ts';

/** In the order in which they are made; they are taken away in the opposite one. */
export const itemKinds = [
  'service account',
  'group',
  'role',
  'LDAP provider',
  'LDAP mapper',
  'login flow',
  'identity provider',
  'identity provider mapper',
] as const;
export type ItemKind = (typeof itemKinds)[number];

/** One thing of a realm, or our own service account for it, as it should be. Only the properties named here are ours; what else it has stays as it is. */
export interface DesiredItem {
  readonly kind: ItemKind;
  /** Unique among its kind. */
  readonly name: string;
  readonly properties: Config;
  /** A secret that is told at creation, and again when `isSent`. Its value is nowhere in a plan. */
  readonly secret?: { readonly property: string; readonly isSent: boolean };
}

/** The same as it is. */
export interface ActualItem {
  readonly kind: ItemKind;
  readonly name: string;
  readonly id: string;
  readonly properties: Config;
  /** Whether we made it. What others made stays when ours is removed. */
  readonly isOurs: boolean;
}
