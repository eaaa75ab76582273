import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';
import { findProgram, missingPrograms } from './programs.ts';

const run = promisify(execFile);
/** The one that the product is tested with; another one for a run over several. */
const version = process.env.SIDECAR_TEST_KEYCLOAK_VERSION ?? '26.7.4';
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
const copyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const fetchLimitMs = 900_000;

/** Why Keycloak cannot be run here; false when it can. */
export function missingKeycloak(): string | false {
  return missingPrograms('java', 'mvn', 'unzip');
}

/** Keycloak's folder when it was fetched before. */
export function findKeycloak(): string | undefined {
  const folder = keycloakFolder();
  return findProgram('java') !== undefined && existsSync(join(folder, 'bin', 'kc.sh')) ? folder : undefined;
}

/** Fetches Keycloak with Maven, from the repository that it is set up for, and unpacks it; both once. Gives its folder. */
export async function provideKeycloak(): Promise<string> {
  const known = findKeycloak();
  if (known !== undefined) return known;
  const scratch = join(cacheFolder('keycloak'), `fetch-${process.pid}`);
  await mkdir(scratch, { recursive: true });
  try {
    const options = { cwd: scratch, timeout: fetchLimitMs, maxBuffer: 64 * 1024 * 1024 };
    await run('mvn', ['-q', '-B', copyPlugin, `-Dartifact=${artifact}`, `-DoutputDirectory=${scratch}`], options);
    await run('unzip', ['-q', `keycloak-quarkus-dist-${version}.zip`], options);
    // In one step: what is there is whole.
    await rename(join(scratch, `keycloak-${version}`), keycloakFolder());
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return keycloakFolder();
}

function keycloakFolder(): string {
  return join(cacheFolder('keycloak'), `keycloak-${version}`);
}
