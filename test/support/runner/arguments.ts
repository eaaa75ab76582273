import { parseArgs } from 'node:util';

export interface RunArguments {
  /** Names of suites, or parts of paths; empty = everything. */
  readonly wanted: readonly string[];
  readonly namePattern: string | undefined;
  readonly help: boolean;
}

export const usage = `usage: npm test -- [suite | path…] [--name pattern]

  suite           architecture, unit, contract, facade, integration; none = all
  path            part of a test file's path, such as unit/core/names
  --name pattern  only tests whose name matches the regular expression

As root on Debian the packages that the chosen suites need are installed first; TEST_INSTALL=0 turns that off.
Downloads are kept in SIDECAR_TEST_CACHE (default ~/.cache/icewarp-sidecar-test). With CI=true a skipped test fails the run.
`;

/** Reads the command line of the runner; throws TypeError for what it does not know. */
export function parseArguments(argv: readonly string[]): RunArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { name: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  return { wanted: positionals, namePattern: values.name, help: values.help };
}
