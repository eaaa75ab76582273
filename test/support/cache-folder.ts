import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder, outside the clone, where tests keep what they have downloaded under `name`; made when it is not there yet.
 * `SIDECAR_TEST_CACHE` names the folder above, default `~/.cache/icewarp-sidecar-test`.
 */
export function cacheFolder(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const configured = env.SIDECAR_TEST_CACHE ?? '';
  const folder = join(configured === '' ? join(homedir(), '.cache', 'icewarp-sidecar-test') : configured, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
