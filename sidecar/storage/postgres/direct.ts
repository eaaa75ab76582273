import pg from 'pg';
import type { DirectConnection, Statement, StatementValue, Step } from '../direct.ts';
import { toConnectionOptions } from './client-settings.ts';
import type { PostgresLocation } from './location.ts';

const maxConnections = 4;

/** A pool of its own, with prepared statements. Connects when it is first asked. */
export function openPostgresDirect(location: PostgresLocation, session: string): DirectConnection {
  const { host, port, database, user, password } = location;
  const pool = new pg.Pool({
    ...toConnectionOptions(location),
    ...{ host, port, database, max: maxConnections, idleTimeoutMillis: 30_000 },
    onConnect: async (client: pg.ClientBase) => void (await client.query(session)),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: password.reveal() }),
  });
  // Whoever asks next hears of a broken connection.
  pool.on('error', () => {});
  let closing: Promise<void> | undefined;

  return {
    all: async <Row>(statement: Statement, values: readonly StatementValue[]) => {
      const { rows } = await pool.query(toQuery(statement, values));
      return rows as Row[];
    },
    async write(steps) {
      if (steps.length === 1) return [await run(pool, steps[0] as Step)];
      const client = await pool.connect();
      let isBroken = false;
      try {
        await client.query('BEGIN');
        const counts: number[] = [];
        for (const step of steps) counts.push(await run(client, step));
        await client.query('COMMIT');
        return counts;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          isBroken = true;
        });
        throw error;
      } finally {
        client.release(isBroken);
      }
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function run(client: pg.Pool | pg.PoolClient, { statement, values }: Step): Promise<number> {
  const { rowCount } = await client.query(toQuery(statement, values));
  return rowCount ?? 0;
}

const texts = new Map<string, string>();

function toQuery({ name, sql }: Statement, values: readonly StatementValue[]): pg.QueryConfig {
  let text = texts.get(name);
  if (text === undefined) {
    text = sql.replace(/\?(\d+)/g, '$$$1');
    texts.set(name, text);
  }
  return { name, text, values: [...values] };
}
