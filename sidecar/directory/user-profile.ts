import type { AttributeName } from './attributes.ts';
import { parseDn } from './dn.ts';
import { parseTime } from './number-values.ts';
import { readEntryValues } from './read-entry.ts';
import type { Snapshot } from './snapshot.ts';

/** A user as an identity provider speaks of it. Missing values are undefined. */
export interface UserProfile {
  /** entryUUID. */
  readonly id: string;
  /** The login key. */
  readonly login: string;
  readonly name: string | undefined;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  /** The primary address. */
  readonly email: string | undefined;
  readonly phone: string | undefined;
  /** Addresses of the groups the user is a member of, nested ones too. */
  readonly groups: readonly string[];
  /** Names of privileges and of roles. */
  readonly privileges: readonly string[];
  readonly roles: readonly string[];
  readonly updatedAt: Date | undefined;
}

const everything = { kind: 'everything' } as const;
const attributes = [
  'uid',
  'displayName',
  'givenName',
  'sn',
  'mail',
  'telephoneNumber',
  'memberOf',
  'modifyTimestamp',
] as const satisfies readonly AttributeName[];

/** Reads the profile of the user with an entryUUID; undefined when the snapshot has none. */
export function readUserProfile(snapshot: Snapshot, id: string): UserProfile | undefined {
  const isUser = { kind: 'present', attribute: 'uid' } as const;
  const hasId = { kind: 'equal', attribute: 'entryUUID', value: Buffer.from(id, 'utf8') } as const;
  const [entry] = snapshot.search(0, 'sub', { kind: 'and', filters: [hasId, isUser] }, everything);
  if (entry === undefined) return undefined;
  const values = readEntryValues(snapshot, entry, attributes);
  const first = (name: (typeof attributes)[number]) => values.get(name)?.[0];
  const memberships = sortMemberships(values.get('memberOf') ?? []);
  const changed = first('modifyTimestamp');
  return {
    ...{ id, login: first('uid') ?? '', name: first('displayName'), givenName: first('givenName') },
    ...{ familyName: first('sn'), email: first('mail'), phone: first('telephoneNumber') },
    ...memberships,
    updatedAt: changed === undefined ? undefined : parseTime(changed),
  };
}

/** By the unit that each DN stands in. */
function sortMemberships(dns: readonly string[]): Pick<UserProfile, 'groups' | 'privileges' | 'roles'> {
  const sorted = { groups: [] as string[], privileges: [] as string[], roles: [] as string[] };
  for (const dn of dns) {
    const [own, unit] = parseDn(dn);
    const place = sorted[unit?.[0]?.value.toLowerCase() as keyof typeof sorted];
    if (own?.[0] !== undefined) place?.push(own[0].value);
  }
  return sorted;
}
