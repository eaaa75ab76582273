import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Settings of the demo that runs, so that a command typed in another terminal finds it. */
function demoFile(cwd: string): string {
  return resolve(cwd, 'data/demo/sidecar.yaml');
}

/** The demo's own database: never that of a real server. */
export function demoDatabaseUrl(cwd: string): `sqlite:${string}` {
  return `sqlite:${resolve(cwd, 'data/demo/sidecar.sqlite')}`;
}

/** The settings file of the demo that runs (or was killed) in this folder, if there is one. */
export function findDemoFile(cwd: string): string | undefined {
  const file = demoFile(cwd);
  return existsSync(file) ? file : undefined;
}

/** Writes it, readable by its owner alone. JSON is YAML. */
export function writeDemoFile(cwd: string, settings: object): void {
  const file = demoFile(cwd);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeDemoFile(cwd: string): void {
  rmSync(demoFile(cwd), { force: true });
}
