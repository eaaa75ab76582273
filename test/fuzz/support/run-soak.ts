import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessUsage } from '../../bench/support/process-usage.ts';
import { serviceAccount } from '../../bench/support/running-sidecar.ts';
import { askCase, type SearchCase } from './ldap-cases.ts';
import { connectLdap, type LdapClient } from './ldap-client.ts';
import { type OurServer, wholeTree } from './ldap-worlds.ts';
import { createRandomSource } from './random-source.ts';
import { createSoakModel } from './soak-model.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The worker that finds this file dies. */
  readonly killFile: string;
  readonly onProgress?: (text: string) => void;
}

export interface SoakResult {
  readonly operations: number;
  readonly renames: number;
  readonly publications: number;
  readonly kills: number;
  readonly lostConnections: number;
  readonly rssBytes: readonly [early: number, late: number];
}

const connections = 12;
const renameEveryMs = 10_000;
const killEveryMs = 25_000;
/** After a worker's death its connections are found broken within this time. */
const deathShowsWithinMs = 5_000;

/**
 * Mixed searches, pagings, compares and binds while accounts are renamed every ten seconds and workers die now and then. Rejects at the
 * first wrong answer, and when a connection is lost without a death.
 */
export async function runSoak(server: OurServer, options: SoakOptions): Promise<SoakResult> {
  const model = createSoakModel(server.entries);
  const random = createRandomSource(options.seed);
  const stopAt = performance.now() + options.minutes * 60_000;
  const isOver = () => performance.now() > stopAt || failure !== undefined;
  let failure: Error | undefined;
  let operations = 0;
  let lostConnections = 0;
  let renames = 0;
  let kills = 0;
  let killedAt = Number.NEGATIVE_INFINITY;
  let early = 0;
  const anyLogin = () => model.logins[random.below(model.logins.length)] ?? '';

  const useConnection = async (client: LdapClient) => {
    const seen = new Map<string, number>();
    while (!isOver()) {
      const login = anyLogin();
      const kind = random.below(200);
      if (kind < 2) {
        const asked: SearchCase = kind === 0 ? wholeTree : { ...wholeTree, pages: [100, 7] };
        const { entries, done } = await askCase(client, asked);
        if (done.code !== 0 || entries.length !== server.entries.length) {
          throw new WrongAnswer(`all entries: code ${done.code}, ${entries.length} of ${server.entries.length}`);
        }
      } else if (kind < 20) {
        const dn = `uid=${login},ou=users,o=icewarp`;
        const { done } = await askCase(client, { kind: 'compare', dn, attribute: 'mail', value: login });
        if (done.code !== 6) throw new WrongAnswer(`compare of ${login} gave ${done.code}`);
      } else {
        const attribute = kind < 100 ? 'mail' : 'uid';
        const filter =
          kind < 60
            ? ({ kind: 'substrings', attribute: 'userPrincipalName', initial: login, any: [] } as const)
            : ({ kind: 'equal', attribute, value: login } as const);
        const { entries, done } = await askCase(client, { ...wholeTree, filter });
        if (done.code !== 0) throw new WrongAnswer(`${login}: code ${done.code} ${done.diagnostic}`);
        const fault = model.judge(login, entries, seen);
        if (fault !== undefined) throw new WrongAnswer(fault);
      }
      operations += 1;
    }
  };
  const keepConnected = async () => {
    while (!isOver()) {
      let client: LdapClient | undefined;
      try {
        client = await connectLdap(server.port, serviceAccount.dn, serviceAccount.password);
        await useConnection(client);
      } catch (error) {
        if (error instanceof WrongAnswer || performance.now() - killedAt > deathShowsWithinMs)
          failure ??= error as Error;
        lostConnections += 1;
        await sleep(100);
      } finally {
        client?.close();
      }
    }
  };
  const every = async (ms: number, act: () => Promise<void> | void) => {
    for (let next = performance.now() + ms; !isOver(); ) {
      await sleep(50);
      if (performance.now() < next) continue;
      next += ms;
      await act();
    }
  };
  const rename = async () => {
    renames += 1;
    for (let each = 0; each < 3; each++) {
      const login = anyLogin();
      const surname = `Soak${renames}x${each}`;
      model.rename(login, surname);
      await renameAccount(server.controlUrl, login, surname);
    }
    options.onProgress?.(`${operations} operations, ${renames} renames, ${kills} kills, ${lostConnections} lost`);
  };
  const kill = () => {
    kills += 1;
    killedAt = performance.now();
    writeFileSync(options.killFile, '');
  };
  const measureEarly = async () => {
    await sleep((options.minutes * 60_000) / 5);
    early = readProcessUsage(server.pid).rssBytes;
  };

  await Promise.all([
    ...Array.from({ length: connections }, keepConnected),
    every(renameEveryMs, rename),
    every(killEveryMs, kill),
    measureEarly(),
  ]).catch((error: Error) => {
    failure ??= error;
  });
  if (failure !== undefined) throw failure;
  await waitForLastNames(server, model.lastNames);
  const publications = server.log().split('"message":"directory published"').length - 1;
  const late = readProcessUsage(server.pid).rssBytes;
  return { operations, renames, publications, kills, lostConnections, rssBytes: [early, late] };
}

class WrongAnswer extends Error {}

async function renameAccount(controlUrl: string, login: string, surname: string): Promise<void> {
  const url = `${controlUrl}accounts/${encodeURIComponent(login)}`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PATCH', body: JSON.stringify({ surname }), headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

/** What was changed last is served in the end. */
async function waitForLastNames(server: OurServer, names: ReadonlyMap<string, string>): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  const client = await connectLdap(server.port, serviceAccount.dn, serviceAccount.password);
  try {
    for (const [login, name] of names) {
      for (;;) {
        const filter = { kind: 'equal', attribute: 'uid', value: login } as const;
        const { entries } = await askCase(client, { ...wholeTree, filter });
        const served = entries[0]?.attributes.get('sn')?.[0]?.toString();
        if (served === name) break;
        if (performance.now() > giveUpAt) throw new Error(`${login} is still called ${served}, not ${name}`);
        await sleep(200);
      }
    }
  } finally {
    client.close();
  }
}
