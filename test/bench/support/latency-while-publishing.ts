import { setTimeout as sleep } from 'node:timers/promises';
import { base, type ServerPair, waitForLog, writeMapping } from './ldap-pair.ts';
import { type SearchLatencies, startSteadySearches } from './steady-searches.ts';

const quietMs = 5_000;
const pauseMs = 2;
const limitMs = 300_000;

/**
 * Latencies of exact searches at rest, and while a changed mapping gives every user another privilege: reckoned, committed, the whole snapshot
 * built and published.
 */
export async function measureWhilePublishing(
  pair: ServerPair,
): Promise<{ readonly quiet: SearchLatencies; readonly busy: SearchLatencies; readonly seconds: number }> {
  const logins = pair.questions.users.map(({ login }) => login);
  const searches = await startSteadySearches(pair.ours.port, base, logins, pauseMs);
  try {
    await sleep(quietMs);
    const quiet = searches.takeLatencies();
    const startedAt = performance.now();
    const already = pair.sidecar.output().stderr.split('"message":"directory published"').length - 1;
    await writeMapping(pair.setup.folder, ['LogOn', 'ReadOwnArchive', 'ExportEmail']);
    await waitForLog(pair.sidecar, new RegExp(`(?:"message":"directory published"[^]*){${already + 1}}`), limitMs);
    await sleep(200);
    const seconds = (performance.now() - startedAt) / 1000;
    return { quiet, busy: searches.takeLatencies(), seconds };
  } finally {
    await searches.stop();
  }
}
