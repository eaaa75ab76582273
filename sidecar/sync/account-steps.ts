import type { User } from '../core/model.ts';
import { domainOf, parseAddress } from '../core/names.ts';
import type { SyncFilter } from '../core/reconcile/plan.ts';
import type { AccountStep } from './account-step.ts';
import type { SourceReading } from './read-source.ts';
import type { SyncReport } from './report.ts';

export interface StepFacts {
  /** Canonical. */
  readonly address: string;
  /** The address that was asked for: this one, or an alias of the account. */
  readonly asked: string;
  readonly reading: SourceReading;
  readonly filter: SyncFilter;
  readonly before: User | undefined;
  readonly after: User | undefined;
  /** Gives a group's address for its id. */
  readonly nameGroup: (id: string) => string;
}

/** What each step of the sync of one account came to, up to the commit; see {@link toPublishStep} for that. */
export function toAccountSteps(facts: StepFacts): readonly AccountStep[] {
  const read = describeReading(facts);
  const isServed = facts.after !== undefined && facts.after.state !== 'missing';
  if (read.status === 'failed') {
    return [read, skipped('filter'), skipped('match'), skipped('map')];
  }
  return [read, describeFilter(facts, isServed), describeMatch(facts), describeRights(facts, isServed)];
}

/** The last step, told by what the run came to. */
export function toPublishStep(outcome: SyncReport['outcome'], summary: string): AccountStep {
  const name = 'publish';
  switch (outcome) {
    case 'applied':
      return { name, status: 'ok', detail: `committed: ${summary}; a running service serves it within 2 seconds` };
    case 'unchanged':
      return { name, status: 'ok', detail: 'nothing differs from what is served' };
    case 'planned':
      return { name, status: 'skipped', detail: 'a dry run: nothing was changed' };
    case 'held':
      return { name, status: 'warning', detail: 'held for an administrator: nothing was changed' };
    case 'failed':
      return { name, status: 'failed', detail: summary };
  }
}

function skipped(name: AccountStep['name']): AccountStep {
  return { name, status: 'skipped', detail: 'the account was not read' };
}

function describeReading({ address, asked, reading, before }: StepFacts): AccountStep {
  const name = 'read';
  const account = reading.users.find((user) => parseAddress(user.address) === address);
  if (account !== undefined) {
    const who = asked === address ? account.address : `${asked} is an alias of ${account.address}`;
    const aliases = account.aliases.length === 1 ? '1 alias' : `${account.aliases.length} aliases`;
    const detail = `${who}: ${account.state}, ${aliases}, "${account.displayName}"`;
    return { name, status: account.warnings.length > 0 ? 'warning' : 'ok', detail };
  }
  const parked = reading.parked.find((each) => parseAddress(each.address) === address);
  if (parked !== undefined) return { name, status: 'failed', detail: `cannot be read: ${parked.reason}` };
  if (before !== undefined) return { name, status: 'warning', detail: `IceWarp has no account ${address} any more` };
  return {
    name,
    status: 'failed',
    detail: `IceWarp has no account ${address}, and it is no alias that was ever synchronised: give the primary address`,
  };
}

function describeFilter(
  { address, reading, filter, before, after, nameGroup }: StepFacts,
  isServed: boolean,
): AccountStep {
  const name = 'filter';
  const account = reading.users.find((user) => parseAddress(user.address) === address);
  if (filter.domains.length + filter.groups.length === 0 && isServed) {
    return { name, status: 'ok', detail: 'no filter is set: every account is in' };
  }
  if (isServed) {
    const listed = new Set(filter.groups);
    const group = after?.memberships.map(({ groupId }) => nameGroup(groupId)).find((each) => listed.has(each));
    const domain = domainOf(address);
    const why = filter.domains.includes(domain) || group === undefined ? `domain ${domain}` : `member of ${group}`;
    return { name, status: 'ok', detail: `in: ${why}` };
  }
  if (account === undefined) return { name, status: 'skipped', detail: 'the account is gone' };
  const why = account.isGuest ? 'a guest account (icewarp.includeGuests)' : 'icewarp.domains and icewarp.groups';
  const then = before === undefined ? 'it is not served' : 'it is treated like one that is gone';
  return { name, status: 'warning', detail: `left out: ${why}; ${then}` };
}

function describeMatch({ before, after }: StepFacts): AccountStep {
  const name = 'match';
  if (before === undefined) {
    return after === undefined
      ? { name, status: 'skipped', detail: 'no user is stored under this address' }
      : { name, status: 'ok', detail: `a new user, ${after.id}` };
  }
  if (after === undefined) return { name, status: 'warning', detail: `the stored user ${before.id} is removed` };
  if (before.login !== after.login) {
    return { name, status: 'ok', detail: `the stored user ${before.id}, renamed from ${before.login}` };
  }
  const detail = `the stored user ${before.id}, known since ${before.createdAt.toISOString()}`;
  return { name, status: 'ok', detail: before.state === 'missing' ? `${detail}; it was missing` : detail };
}

function describeRights({ after, nameGroup }: StepFacts, isServed: boolean): AccountStep {
  const name = 'map';
  if (after === undefined || !isServed) return { name, status: 'skipped', detail: 'nobody to map' };
  const groups = after.memberships.map(({ groupId }) => nameGroup(groupId));
  const rights = [...after.privileges, ...after.roles];
  return {
    name,
    status: rights.length === 0 ? 'warning' : 'ok',
    detail: `groups: ${groups.join(' ') || 'none'}; privileges and roles: ${rights.join(' ') || 'none'}`,
  };
}
