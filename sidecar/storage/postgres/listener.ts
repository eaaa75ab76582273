import pg from 'pg';
import type { Log } from '../../core/ports/log.ts';
import type { CommitListener, Listening } from '../dialect.ts';
import { toConnectionOptions } from './client-settings.ts';
import { explainPostgresError } from './faults.ts';
import { nameLocation, type PostgresLocation } from './location.ts';

/** The same for every schema: a notice makes its hearer look, it tells nothing. */
export const commitChannel = 'icewarp_sidecar_commit';

const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** How often a silent connection is asked whether it still stands: a dead one would never notify. */
const heartbeatMs = 15_000;
const answerLimitMs = 5_000;

/** Holds a connection of its own that LISTENs, and makes a new one whenever it breaks, for as long as it takes. */
export function listenForCommits(
  location: PostgresLocation,
  session: string,
  listener: CommitListener,
  log: Log,
): Listening {
  const name = nameLocation(location);
  let client: pg.Client | undefined;
  let isConnected = false;
  let stopped = false;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const later = (ms: number, work: () => Promise<void>) => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = work();
    }, ms);
  };

  const drop = (broken: pg.Client, error: unknown) => {
    if (broken !== client) return;
    client = undefined;
    isConnected = false;
    // A half-open connection is never said goodbye to.
    void broken.end().catch(() => undefined);
    if (stopped) return;
    log.debug('database listener', { database: name, pauseMs });
    listener.onFault(explainPostgresError(name, error));
    later(pauseMs * (0.5 + Math.random() / 2), connect);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  };

  async function connect(): Promise<void> {
    const made = new pg.Client({
      ...toConnectionOptions(location),
      query_timeout: answerLimitMs,
      host: location.host,
      port: location.port,
      database: location.database,
      ...(location.user === undefined ? {} : { user: location.user }),
      ...(location.password === undefined ? {} : { password: location.password.reveal() }),
    });
    client = made;
    made.on('error', (error) => drop(made, error));
    made.on('end', () => drop(made, new Error('Connection terminated')));
    made.on('notification', () => listener.onNotice());
    try {
      await made.connect();
      await made.query(session);
      await made.query(`LISTEN ${commitChannel}`);
    } catch (error) {
      drop(made, error);
      return;
    }
    if (made !== client || stopped) return;
    isConnected = true;
    pauseMs = firstPauseMs;
    // Notices of the meantime are lost.
    listener.onNotice();
    later(heartbeatMs, () => beat(made));
  }

  async function beat(beating: pg.Client): Promise<void> {
    try {
      await beating.query('SELECT 1');
    } catch (error) {
      drop(beating, error);
      return;
    }
    if (beating === client) later(heartbeatMs, () => beat(beating));
  }

  running = connect();
  return {
    isConnected: () => isConnected,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const ending = client;
      client = undefined;
      isConnected = false;
      await ending?.end().catch(() => undefined);
      await running;
    },
  };
}
