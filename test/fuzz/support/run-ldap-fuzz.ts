import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readProcessUsage } from '../../bench/support/process-usage.ts';
import { serviceAccount } from '../../bench/support/running-sidecar.ts';
import { int, text, tlv } from '../../facade/ldap/support/ber.ts';
import { converse } from './fuzz-connection.ts';
import { askCase } from './ldap-cases.ts';
import { connectLdap } from './ldap-client.ts';
import { arbitraryMessage, arbitraryNonsense } from './ldap-messages.ts';
import { createVocabulary } from './ldap-vocabulary.ts';
import { type OurServer, wholeTree } from './ldap-worlds.ts';
import { createRandomSource, type RandomSource } from './random-source.ts';
import { spoilBytes } from './spoil-bytes.ts';

export interface FuzzOptions {
  readonly messages: number;
  readonly seed: number;
  readonly onProgress?: (messages: number, rssBytes: number) => void;
}

export interface FuzzResult {
  readonly messages: number;
  readonly conversations: number;
  /** Those that the server ended because of what it was sent. */
  readonly cutShort: number;
  readonly codes: ReadonlyMap<number, number>;
  /** Resident memory after a fifth of the messages, and at the end. */
  readonly rssBytes: readonly [early: number, late: number];
}

const lanes = 16;
const messagesEach = 200;
const poolSize = 4_000;
/** One conversation in so many has spoiled messages, and there one message in so many. */
const spoiledConversations = 2;
const spoiledMessages = 40;

/**
 * Sends messages over many connections at once, some spoiled, until the server has dealt with so many. Rejects when it answers what was
 * not asked, reports an inner error, does not close in time or dies; the octets are then kept in a file that the error names.
 */
export async function runLdapFuzz(server: OurServer, options: FuzzOptions): Promise<FuzzResult> {
  const words = createVocabulary(server.entries);
  const pool = fc.sample(arbitraryMessage(words), { numRuns: poolSize, seed: options.seed });
  const nonsense = fc.sample(arbitraryNonsense, { numRuns: poolSize / 4, seed: options.seed });
  const random = createRandomSource(options.seed);
  const codes = new Map<number, number>();
  let messages = 0;
  let conversations = 0;
  let cutShort = 0;
  let early = 0;
  let failed = false;
  const goOn = async () => {
    while (messages < options.messages && !failed) {
      const stream = createStream(pool, nonsense, random);
      const result = await converse(server.port, stream);
      if (result.fault !== undefined) {
        failed = true;
        throw new Error(`${result.fault}; what was sent: ${keep(stream)}\n${server.log().slice(-2_000)}`);
      }
      messages += result.messages;
      conversations += 1;
      if (result.isCutShort) cutShort += 1;
      for (const [code, count] of result.codes) codes.set(code, (codes.get(code) ?? 0) + count);
      if (early === 0 && messages > options.messages / 5) early = readProcessUsage(server.pid).rssBytes;
      if (conversations % 500 === 0) options.onProgress?.(messages, readProcessUsage(server.pid).rssBytes);
    }
  };
  await Promise.all(Array.from({ length: lanes }, goOn));
  await checkControlSearch(server);
  const late = readProcessUsage(server.pid).rssBytes;
  return { messages, conversations, cutShort, codes, rssBytes: [early, late] };
}

function createStream(pool: readonly Buffer[], nonsense: readonly Buffer[], random: RandomSource): Buffer {
  const isSpoiled = random.below(spoiledConversations) === 0;
  const bind = tlv(0x60, int(3), text(serviceAccount.dn), text(serviceAccount.password, 0x80));
  const parts = [tlv(0x30, int(1), bind)];
  for (let number = 2; number < messagesEach; number++) {
    const body = pool[random.below(pool.length)] ?? bind;
    // Now and then an id that is used already.
    const id = random.below(50) === 0 ? 1 + random.below(number) : number;
    const whole = tlv(0x30, int(id), body);
    if (!isSpoiled || random.below(spoiledMessages) > 0) parts.push(whole);
    else {
      const other = pool[random.below(pool.length)] ?? bind;
      // Most keep their frame, so that the fault lies within the message.
      const kind = random.below(4);
      if (kind === 0) parts.push(spoilBytes(whole, other, random));
      else if (kind === 1) parts.push(tlv(0x30, int(id), nonsense[random.below(nonsense.length)] ?? bind));
      else parts.push(tlv(0x30, int(id), spoilBytes(body, other, random)));
    }
  }
  return Buffer.concat(parts);
}

/** After all that, the server still answers rightly. */
async function checkControlSearch(server: OurServer): Promise<void> {
  const client = await connectLdap(server.port, serviceAccount.dn, serviceAccount.password);
  try {
    const { entries, done } = await askCase(client, wholeTree);
    if (done.code !== 0 || entries.length !== server.entries.length) {
      throw new Error(
        `the control search gave ${done.code} and ${entries.length} entries, not ${server.entries.length}`,
      );
    }
  } finally {
    client.close();
  }
}

function keep(stream: Buffer): string {
  const file = join(tmpdir(), `ldap-fuzz-${Date.now()}.bin`);
  writeFileSync(file, stream);
  return file;
}
