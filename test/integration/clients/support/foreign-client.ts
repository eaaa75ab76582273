import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../../support/sidecar-process.ts';

/**
 * Runs a client in another language: a script of this folder that reads one JSON object from standard input, does what it is
 * told there and writes one JSON document. It fails, with what the script printed, when the script does.
 */
export async function runForeignClient<Answer>(
  program: string,
  script: string,
  order: Readonly<Record<string, unknown>>,
  args: readonly string[] = [],
): Promise<Answer> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const input = JSON.stringify(order);
  const { code, stdout, stderr } = await runProgram(program, [...args, file], { input, timeoutMs: 50_000 });
  assert.equal(code, 0, `${script}: ${stderr}\n${stdout}`);
  return JSON.parse(stdout);
}

/** The reason to skip tests because a program cannot load a library; false when it can. */
export async function missingLibrary(program: string, args: readonly string[], what: string): Promise<string | false> {
  const { code } = await runProgram(program, args);
  return code === 0 ? false : `${what} is not installed`;
}
