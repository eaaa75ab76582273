import type { AccountFacts } from '../model.ts';
import type { FieldChange, ReadUser } from './plan.ts';

const minimumAgeMs = 60 * 60 * 1000;

/**
 * What is kept of an account beside what is served: the stored object where nothing of it changed.
 *
 * The time of the reading matters only where accounts take turns at being read whole (`inTurns`): then it says whose turn is
 * next. Even so it is kept at most hourly, and when all are read every time not at all, so that a run which finds nothing new
 * has nothing to commit.
 */
export function keepFacts(before: AccountFacts | undefined, read: ReadUser, inTurns: boolean): AccountFacts {
  const readAt = toWholeSeconds(read.readAt);
  const after: AccountFacts = {
    admin: read.admin,
    isBlocked: read.isBlocked,
    passwordCheck: read.passwordCheck,
    loginText: read.loginText,
    // A right that was lost does not make an account another one.
    createdOn: read.createdOn ?? before?.createdOn,
    expiresOn: read.expiresOn,
    rowHash: read.rowHash,
    readAt,
    defaultsGiven: before?.defaultsGiven,
    ...(before?.heldSince === undefined ? {} : { heldSince: before.heldSince }),
  };
  if (
    before?.readAt === undefined ||
    before.rowHash !== after.rowHash ||
    !told.every((fact) => before[fact] === after[fact])
  ) {
    return after;
  }
  return inTurns && readAt.getTime() - before.readAt.getTime() >= minimumAgeMs ? after : before;
}

/** The time itself where it has none: one reading gives the same to all. */
function toWholeSeconds(time: Date): Date {
  const milliseconds = time.getTime() % 1000;
  return milliseconds === 0 ? time : new Date(time.getTime() - milliseconds);
}

const told = ['admin', 'isBlocked', 'passwordCheck', 'loginText', 'createdOn', 'expiresOn'] as const;

/** Differences between two versions of an account's facts that an administrator may want to know; none at first sight. */
export function compareFacts(before: AccountFacts, after: AccountFacts): readonly FieldChange[] {
  if (before === after || before.readAt === undefined) return [];
  return told.flatMap((field) => {
    const [from, to] = [before[field], after[field]].map((value) => (value === undefined ? '' : String(value)));
    return from === to ? [] : [{ field, from: from ?? '', to: to ?? '' }];
  });
}
