import { fileURLToPath } from 'node:url';
import { parseArguments, usage } from './support/runner/arguments.ts';
import { runTests } from './support/runner/run-tests.ts';
import { suites } from './support/runner/suites.ts';

const write = (text: string): void => {
  process.stdout.write(text);
};

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) {
    write(usage);
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const root = fileURLToPath(new URL('../', import.meta.url));
  return runTests({ ...args, root, suites, env: process.env, signal: interrupted.signal, write });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(error instanceof TypeError ? `${error.message}\n\n${usage}` : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}
