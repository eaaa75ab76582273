import type { HeldSince, User } from '../model.ts';

type Rights = Pick<User, 'privileges' | 'roles'>;

/** Of users who get the same at once most share their lists; then they share this as well. */
const atOnce = new WeakMap<
  readonly string[],
  { readonly rights: Rights; readonly seconds: number; readonly since: HeldSince }
>();

/**
 * Since when a user has each privilege and role, after a change at `stamp`: what it had before it has since then, or since nobody
 * knows when. `before` undefined: a new user.
 */
export function followHeldSince(
  before: (Rights & { readonly heldSince: HeldSince | undefined }) | undefined,
  after: Rights,
  stamp: Date,
): HeldSince {
  const seconds = Math.floor(stamp.getTime() / 1000);
  if (before === undefined) return sinceNow(after, seconds);
  const had = new Set([...before.privileges, ...before.roles]);
  const since: Record<string, number> = {};
  for (const name of [...after.privileges, ...after.roles]) {
    const known = had.has(name) ? before.heldSince?.[name] : seconds;
    if (known !== undefined) since[name] = known;
  }
  return since;
}

/** Since when the user, as stored, has a privilege or role; undefined: it does not, or nobody knows. */
export function heldSinceOf({ privileges, roles, facts }: Pick<User, 'privileges' | 'roles' | 'facts'>, name: string) {
  if (!privileges.includes(name) && !roles.includes(name)) return undefined;
  const seconds = facts.heldSince?.[name];
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}

function sinceNow(rights: Rights, seconds: number): HeldSince {
  const { privileges, roles } = rights;
  const known = atOnce.get(privileges);
  if (known?.seconds === seconds && known.rights.roles === roles) return known.since;
  const since = Object.fromEntries([...privileges, ...roles].map((name) => [name, seconds]));
  atOnce.set(privileges, { rights, seconds, since });
  return since;
}
