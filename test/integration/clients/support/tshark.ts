import assert from 'node:assert/strict';
import { findProgram } from '../../../support/programs.ts';
import { runProgram } from '../../../support/sidecar-process.ts';

/** A capture on disk, and the file of TLS secrets (as of SSLKEYLOGFILE) that opens what is encrypted in it. */
export interface Capture {
  readonly file: string;
  readonly secretsFile?: string | undefined;
}

/** What is wrong with a capture; empty when tshark can read every LDAP byte of it. */
export interface CaptureFaults {
  readonly malformed: readonly string[];
  /** Payload in which tshark finds neither LDAP nor TLS. */
  readonly foreign: readonly string[];
}

// tshark takes the empty credentials of a client's SASL EXTERNAL (RFC 4422 appendix A) for missing ones.
const malformedFilter =
  '(_ws.malformed || _ws.expert.group == "Malformed" || _ws.unreassembled) && !(ldap.mechanism == "EXTERNAL")';
const foreignFilter = 'tcp.len > 0 && !ldap && !tls && !tcp.segment && !tcp.reassembled_in';

/** Reads a capture twice, so that what spans packets is put together. Rejects when tshark itself fails. */
export async function findCaptureFaults(capture: Capture): Promise<CaptureFaults> {
  const columns = ['frame.number', 'tcp.stream', '_ws.expert.message', 'tcp.payload'];
  const [malformed, foreign] = await Promise.all(
    [malformedFilter, foreignFilter].map((filter) => readFields(capture, filter, columns)),
  );
  const toText = (row: readonly string[]) => row.join(' ').slice(0, 400);
  return { malformed: (malformed ?? []).map(toText), foreign: (foreign ?? []).map(toText) };
}

/**
 * What was said on each TCP connection, one line a message, as tshark sums it up without message ids: `bindRequest "cn=reader" simple`,
 * `searchResDone noSuchObject`. Entries and references are left out, connections without a message too.
 */
export async function readConversations(capture: Capture): Promise<string[][]> {
  const rows = await readFields(capture, 'ldap', ['tcp.stream', '_ws.col.Info']);
  const conversations = new Map<string, string[]>();
  for (const [stream = '', info = ''] of rows) {
    const said = conversations.get(stream) ?? [];
    conversations.set(stream, said);
    for (const message of info.split(' | ')) {
      const text = message
        .replace(/^(\w+)\(\d+\)/, '$1')
        .replace(/\s*\[\d+ results?\]\s*$/, '')
        .trim();
      if (!/^searchRes(Entry|Ref)\b/.test(text)) said.push(text);
    }
  }
  return [...conversations.values()];
}

async function readFields(capture: Capture, filter: string, columns: readonly string[]): Promise<string[][]> {
  const fields = columns.flatMap((column) => ['-e', column]);
  const args = ['-r', capture.file, '-2', ...secretsOf(capture), '-Y', filter, '-T', 'fields', ...fields];
  const { code, stdout, stderr } = await runProgram(findTshark(), args, { timeoutMs: 60_000 });
  assert.equal(code, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

function secretsOf({ secretsFile }: Capture): string[] {
  return secretsFile === undefined ? [] : ['-o', `tls.keylog_file:${secretsFile}`];
}

function findTshark(): string {
  const program = findProgram('tshark');
  if (program === undefined) throw new Error('tshark is not installed');
  return program;
}
