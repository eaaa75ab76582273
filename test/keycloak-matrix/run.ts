import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingKeycloak, provideKeycloak } from '../support/keycloak.ts';

/** One release of each minor version that the product promises to work with. */
const releases = ['26.0.8', '26.1.4', '26.2.5', '26.3.5', '26.4.7', '26.5.6', '26.6.0', '26.7.4'];
const versionVariable = 'SIDECAR_TEST_KEYCLOAK_VERSION';
const testFile = 'test/integration/keycloak/keycloak.test.ts';
const usage = `usage: npm run test:keycloak-matrix -- [VERSION…]

  Runs the tests on a real Keycloak once with each version; none named = ${releases.join(', ')}.
  A version that Maven cannot fetch is told and left out. Exit status: 0 all passed, 1 some failed or none could be had.
`;

/** Runs the suite of one version in a process of its own; undefined when the version cannot be had. */
function runWith(version: string): boolean | undefined {
  const env = { ...process.env, [versionVariable]: version };
  const start = (args: readonly string[]) => spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status === 0;
  if (!start([fileURLToPath(import.meta.url), '--fetch'])) return undefined;
  return start([fileURLToPath(new URL('../run.ts', import.meta.url)), testFile]);
}

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === '--fetch') return void (await provideKeycloak());
  const missing = missingKeycloak();
  if (args.some((arg) => !/^\d+\.\d+\.\d+$/.test(arg)) || missing !== false) {
    process.stderr.write(missing === false ? usage : `${missing}\n`);
    process.exitCode = args.includes('--help') ? 0 : 1;
    return;
  }
  const results = (args.length === 0 ? releases : args).map((version) => {
    process.stdout.write(`\nKeycloak ${version}\n`);
    return { version, passed: runWith(version) };
  });
  const words = new Map([
    [true, 'passed'],
    [false, 'FAILED'],
  ]);
  const toWord = (passed: boolean | undefined) => (passed === undefined ? 'cannot be had' : words.get(passed));
  process.stdout.write(`\n${results.map(({ version, passed }) => `${version}  ${toWord(passed)}`).join('\n')}\n`);
  const ran = results.filter(({ passed }) => passed !== undefined);
  process.exitCode = ran.length > 0 && ran.every(({ passed }) => passed) ? 0 : 1;
}

await main(process.argv.slice(2));
