import { parseArgs } from 'node:util';
import { startOurServer } from './support/ldap-worlds.ts';
import { runLdapFuzz } from './support/run-ldap-fuzz.ts';

/** The LDAP facade under messages that chance has made and spoiled, longer than in the tests. Options: --messages, --seed. */
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '10000000' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
process.stdout.write(`seed ${seed}\n`);

const server = await startOurServer(300, { SIDECAR_LOGIN_DEADLINE_SECONDS: '1' });
try {
  const { messages, conversations, cutShort, codes, rssBytes } = await runLdapFuzz(server, {
    messages: Number(values.messages),
    seed,
    onProgress: (done, bytes) => process.stderr.write(`${done} messages, ${mebibytes(bytes)}\n`),
  });
  process.stdout.write(
    `${messages} messages in ${conversations} conversations, ${cutShort} of them ended by the server\n`,
  );
  process.stdout.write(`result codes: ${[...codes].map(([code, count]) => `${code} × ${count}`).join(', ')}\n`);
  process.stdout.write(`resident memory: ${rssBytes.map(mebibytes).join(', at the end ')}\n`);
} finally {
  await server.stop();
}
