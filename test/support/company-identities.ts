import type { Directory, User } from '../../sidecar/core/model.ts';
import type { CompanyData } from '../../sidecar/simulator/company/model.ts';
import { keyOf } from './company-accounts.ts';
import type { ExpectedDirectory, ExpectedUser } from './company-model.ts';

export interface ExpectedIdentities {
  /** Id by login, of those who were there before. Everybody else has to be new. */
  readonly ids: ReadonlyMap<string, string>;
  /** Login by id, of those who are gone and kept. */
  readonly missing: ReadonlyMap<string, string>;
  readonly renamed: number;
}

/**
 * Who is who after a company has changed once: an address goes on unless its account was made on another day; who is gone
 * goes on under a new address where one of the two was an alias of the other, both names agree and nobody else comes into question.
 */
export function expectIdentities({
  stored,
  before,
  after,
  now,
}: {
  readonly stored: Directory;
  readonly before: CompanyData;
  readonly after: CompanyData;
  readonly now: ExpectedDirectory;
}): ExpectedIdentities {
  const [madeBefore, madeAfter] = [before, after].map(
    ({ accounts }) => new Map(accounts.map(({ address, created }) => [keyOf(address), created])),
  );
  const isAnother = (old: string, login: string) => {
    const [was, is] = [madeBefore?.get(old) ?? '', madeAfter?.get(login) ?? ''];
    return was !== '' && is !== '' && was !== is;
  };
  const users = [...stored.users.values()];
  const stayed = users.filter(({ login }) => now.users.has(login) && !isAnother(login, login));
  const gone = users.filter((user) => !stayed.includes(user));
  const fresh = [...now.users.values()].filter(({ login }) => stayed.every((user) => user.login !== login));

  const isLikely = (from: User, to: ExpectedUser) =>
    from.login !== to.login &&
    !isAnother(from.login, to.login) &&
    (from.addresses.includes(to.login) || now.claimed.get(to.login)?.has(from.login) === true);
  const likely = gone.flatMap((from) => fresh.filter((to) => isLikely(from, to)).map((to) => ({ from, to })));
  const renames = likely.filter(
    ({ from, to }) =>
      likely.every((other) => (other.from === from) === (other.to === to)) &&
      isSameName(from.givenName, to.givenName) &&
      isSameName(from.surname, to.surname),
  );
  const moved = new Map(renames.map(({ from, to }) => [from, to.login]));
  const left = gone.filter((user) => !moved.has(user));
  return {
    ids: new Map([...stayed.map(({ login, id }) => [login as string, id] as const), ...idsOf(moved)]),
    // A leaver's address that another person has by now cannot be kept for the leaver, too.
    missing: new Map(left.filter(({ login }) => !now.users.has(login)).map(({ login, id }) => [id, login])),
    renamed: renames.length,
  };
}

function idsOf(moved: ReadonlyMap<User, string>): readonly (readonly [string, string])[] {
  return [...moved].map(([{ id }, login]) => [login, id]);
}

function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.normalize('NFC').trim().toLowerCase());
  return a === b && a !== '';
}
