import { DomainError } from '../core/errors.ts';
import { toUserChange } from '../core/manual-users/change.ts';
import { evaluateRights } from '../core/manual-users/rights.ts';
import { followHeldSince } from '../core/mapping/held-since.ts';
import type { Mapping } from '../core/mapping/rules.ts';
import type { Directory, User } from '../core/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { DirectoryStore, RunRecord } from '../core/ports/directory-store.ts';
import { stampFor } from '../core/reconcile/stamp.ts';

export interface ManualUserPorts {
  readonly store: Pick<DirectoryStore, 'load' | 'commit'>;
  /** In force. */
  readonly mapping: Mapping;
  readonly clock: Clock;
  /** Gives a fresh UUID. */
  readonly newId: () => string;
}

/** What became of a user. */
export interface ManualUserResult {
  /** As it is now, or as it was when it was removed. */
  readonly user: User;
  readonly isRemoved: boolean;
  /** For the administrator. */
  readonly warnings: readonly string[];
}

/** One version of a user, and the one to put in its place; undefined: nobody. */
interface UserSwap {
  readonly before: User | undefined;
  readonly after: User | undefined;
  readonly warnings: readonly string[];
}

/** A synchronisation may commit between our look and our commit; not so often. */
const maxTries = 5;
const pauseMs = 100;

/** Looks, decides and commits; looks again when somebody else has committed in between. */
export async function changeUser(
  ports: ManualUserPorts,
  decide: (directory: Directory, now: Date) => UserSwap,
): Promise<ManualUserResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(ports, decide);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (attempt === maxTries) throw error.cause;
      await ports.clock.sleep(pauseMs * attempt);
    }
  }
}

/** The user with the groups, privileges and roles that are its own at `now`. */
export function withRights({ mapping }: ManualUserPorts, directory: Directory, user: User, now: Date): User {
  const { memberships, privileges, roles, defaults } = evaluateRights(directory, mapping, user, now);
  const stamp = stampFor(directory, now);
  const heldSince = followHeldSince({ ...user, heldSince: user.facts.heldSince }, { privileges, roles }, stamp);
  const facts = { ...user.facts, heldSince, ...(user.origin === 'synchronised' ? { defaultsGiven: defaults } : {}) };
  return { ...user, facts, memberships, privileges, roles };
}

async function tryOnce(
  { store, clock, newId }: ManualUserPorts,
  decide: (directory: Directory, now: Date) => UserSwap,
): Promise<ManualUserResult> {
  const directory = await store.load();
  if (directory.generation === 0) {
    // A directory of one user would be served as the whole one.
    throw new DomainError('invalid_input', 'nothing was ever synchronised into this database: run `sync` first');
  }
  const startedAt = clock.now();
  const { before, after, warnings } = decide(directory, startedAt);
  const change = toUserChange(directory, before, after, startedAt);
  const user = change.users.saved[0] ?? before;
  if (user === undefined) throw new TypeError('nobody is changed');
  const verb = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const summary = `manual user ${user.login} ${verb}`;
  const times = { startedAt, endedAt: clock.now() };
  const run: RunRecord = { id: newId(), sourceId: user.sourceId, ...times, outcome: 'applied', summary };
  try {
    await store.commit(directory.generation, change, run);
  } catch (error) {
    throw error instanceof DomainError && error.code === 'conflict' ? new Overtaken(error) : error;
  }
  return { user, isRemoved: after === undefined, warnings: [...warnings, ...warnOfLogOn(after)] };
}

/** Somebody else committed first. */
class Overtaken extends Error {
  override readonly cause: DomainError;

  constructor(cause: DomainError) {
    super(cause.message);
    this.cause = cause;
  }
}

function warnOfLogOn(user: User | undefined): readonly string[] {
  if (user === undefined || user.privileges.includes('LogOn')) return [];
  return [
    `no rule of the mapping gives ${user.login} the privilege LogOn (a manual user has no defaults): it cannot log in where that is required`,
  ];
}
