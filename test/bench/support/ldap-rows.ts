import {
  encodeBind,
  encodeContains,
  encodeEquality,
  encodeFilterSearch,
  encodeSearch,
  LoadConnection,
} from './ldap-load.ts';
import { type BenchServer, base, passwordOf, type ServerPair } from './ldap-pair.ts';
import { measurePair, type PairedFigures, type Round } from './paired-measure.ts';
import type { RatioRow } from './ratio-table.ts';

type Work = (server: BenchServer, count: number) => Promise<Round>;

/** A row of the comparison, and how to measure it. */
export interface BenchRow {
  readonly name: string;
  readonly aims: RatioRow['aims'];
  /** Among the first four rows, which are measured for a million users too. */
  readonly always: boolean;
  measure(): Promise<PairedFigures>;
}

/** The rows of the comparison, in its order. */
export function createRows({ ours, slapd, questions }: ServerPair): readonly BenchRow[] {
  const servers = [ours, slapd] as const;
  const { users, commonPiece, rarePiece, group, entries } = questions;
  const userAt = (index: number) => users[(index * 7_919) % users.length] ?? { dn: '', login: '', uuid: '' };

  const exact = (index: number, wanted: readonly string[] = []) => {
    const { login, uuid } = userAt(index);
    const id = index + 2;
    if (index % 3 === 0) return encodeSearch(id, base, 'mail', login, wanted);
    return index % 3 === 1
      ? encodeSearch(id, base, 'uid', login, wanted)
      : encodeSearch(id, base, 'entryUUID', uuid, wanted);
  };
  const miss = (index: number) => {
    const { login, uuid } = userAt(index);
    const id = index + 2;
    if (index % 3 === 0) return encodeSearch(id, base, 'mail', `no-${login}`, []);
    const swapped = `${uuid.slice(0, -4)}${uuid.slice(-4) === 'ffff' ? '0000' : 'ffff'}`;
    return index % 3 === 1
      ? encodeSearch(id, base, 'uid', `no-${login}`, [])
      : encodeSearch(id, base, 'entryUUID', swapped, []);
  };
  const same = (filter: Buffer) => (index: number) => encodeFilterSearch(index + 2, base, filter);
  const row = (
    name: string,
    aims: RatioRow['aims'],
    work: Work,
    options: { readonly first: number; readonly most: number; readonly roundMs?: number },
    always = false,
  ): BenchRow => ({
    name,
    aims,
    always,
    measure: () => measurePair(servers, work, { roundMs: 1_000, ...options }),
  });
  const small = { first: 500, most: 200_000 };
  const large = { first: 1, most: 300, roundMs: 1_500 };
  const common = `(mail=*${commonPiece.text}*), ${commonPiece.hits} hits`;

  return [
    row('exact search by mail, uid, entryUUID, closed loop', [2, 3], searching(exact, 1, 1), small, true),
    row('the same, misses', [2, 3], searching(miss, 1, 0), small, true),
    row('the same, pipelined 16 deep', [5, 8], searching(exact, 16, 1), small, true),
    row('misses, pipelined 16 deep', [5, 8], searching(miss, 16, 0), small, true),
    row(
      'two attributes',
      [2.5, 3],
      searching((index) => exact(index, ['cn', 'mail']), 1, 1),
      small,
      true,
    ),
    row(common, [10, 10], searching(same(encodeContains('mail', commonPiece.text)), 1, commonPiece.hits), large, true),
    row(
      `(mail=*${rarePiece.text}*), ${rarePiece.hits} hits`,
      [1, 1],
      searching(same(encodeContains('mail', rarePiece.text)), 1, rarePiece.hits),
      { first: 50, most: 50_000 },
      true,
    ),
    row(
      `memberOf, ${group.members} hits`,
      [8, 12],
      searching(same(encodeEquality('memberOf', group.dn)), 1, group.members),
      { first: 50, most: 50_000 },
    ),
    row(
      `all ${entries} entries, unpaged`,
      [10, 10],
      searching(same(encodeEquality('objectClass', '*')), 1, entries),
      large,
    ),
    row(`all ${entries} entries, pages of 500`, [10, 10], enumeratingByPages(entries), large),
    row('connect, service bind, search, close', [1.5, 2], connecting(exact), { first: 50, most: 20_000 }),
  ];
}

/** Searches on one connection, so many outstanding at once; each must find so many entries. */
function searching(request: (index: number) => Buffer, depth: number, entriesEach: number): Work {
  return async (server, count) => {
    const requests = Array.from({ length: count }, (_, index) => request(index));
    const connection = await LoadConnection.open(server.port, server.account);
    const startedAt = performance.now();
    const { failed } = await connection.run(requests, depth);
    const wallMs = performance.now() - startedAt;
    connection.close();
    if (failed > 0) throw new Error(`${server.name}: ${failed} of ${count} searches failed`);
    if (connection.entries !== entriesEach * count) {
      throw new Error(`${server.name}: ${connection.entries} entries from ${count} searches, not ${entriesEach} each`);
    }
    return { count, wallMs };
  };
}

function enumeratingByPages(entries: number): Work {
  const filter = encodeEquality('objectClass', '*');
  return async (server, count) => {
    const connection = await LoadConnection.open(server.port, server.account);
    const startedAt = performance.now();
    for (let round = 0; round < count; round++) {
      const before = connection.entries;
      let cookie: Uint8Array = Buffer.alloc(0);
      for (let id = 2; id === 2 || cookie.length > 0; id++) {
        connection.cookie = Buffer.alloc(0);
        const code = await connection.ask(encodeFilterSearch(id, base, filter, [], { size: 500, cookie }));
        if (code !== 0) throw new Error(`${server.name}: a page gave ${code}`);
        cookie = connection.cookie;
      }
      if (connection.entries - before !== entries)
        throw new Error(`${server.name}: pages of ${connection.entries - before} entries`);
    }
    const wallMs = performance.now() - startedAt;
    connection.close();
    return { count, wallMs };
  };
}

function connecting(request: (index: number) => Buffer): Work {
  return async (server, count) => {
    const startedAt = performance.now();
    for (let index = 0; index < count; index++) {
      const connection = await LoadConnection.open(server.port, server.account);
      if ((await connection.ask(request(index))) !== 0) throw new Error(`${server.name}: a search failed`);
      connection.close();
    }
    return { count, wallMs: performance.now() - startedAt };
  };
}

/**
 * Binds of users whose password has just been right, over eight connections. They are found by binding once; those that cannot log in
 * (second factor, disabled) are left out. slapd knows the same passwords, salted and hashed as it does by default.
 */
export async function measureUserBinds({
  ours,
  slapd,
  questions,
}: ServerPair): Promise<PairedFigures & { readonly users: number }> {
  const able: { readonly dn: string; readonly login: string }[] = [];
  const candidates = questions.users.slice(0, 400);
  const lanes = await Promise.all(Array.from({ length: 8 }, () => LoadConnection.open(ours.port)));
  await Promise.all(
    lanes.map(async (connection, lane) => {
      for (let at = lane; at < candidates.length; at += lanes.length) {
        const user = candidates[at];
        if (user === undefined) break;
        if ((await connection.ask(encodeBind(at + 1, user.dn, passwordOf(user.login)))) === 0) able.push(user);
      }
      connection.close();
    }),
  );
  const bindAt = (index: number) => {
    const user = able[(index * 7) % able.length] ?? { dn: '', login: '' };
    return encodeBind(index + 1, user.dn, passwordOf(user.login));
  };
  const work: Work = async (server, count) => {
    const each = Math.ceil(count / 8);
    const connections = await Promise.all(Array.from({ length: 8 }, () => LoadConnection.open(server.port)));
    const startedAt = performance.now();
    const results = await Promise.all(
      connections.map((connection, lane) =>
        connection.run(
          Array.from({ length: each }, (_, index) => bindAt(lane * each + index)),
          1,
        ),
      ),
    );
    const wallMs = performance.now() - startedAt;
    for (const connection of connections) connection.close();
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    if (failed > 0) throw new Error(`${server.name}: ${failed} binds failed`);
    return { count: each * 8, wallMs };
  };
  const figures = await measurePair([ours, slapd], work, { first: 400, most: 100_000, roundMs: 1_000 });
  return { ...figures, users: able.length };
}
