import { join } from 'node:path';
import { parse } from 'yaml';
import { checkout } from './package-install.ts';
import { plainEnvironment, runProgram } from './sidecar-process.ts';

/** What our tests look at in a service; as docker-compose prints it, with variables filled in and merged parts in their places. */
export interface ComposeService {
  readonly image: string;
  readonly user: string;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly (string | Readonly<Record<string, unknown>>)[];
  readonly volumes?: readonly unknown[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly stop_grace_period?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** Lets docker-compose check a file and print what it understood. */
export async function runCompose(options: {
  readonly file?: string;
  readonly profiles: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const profiles = options.profiles.flatMap((name) => ['--profile', name]);
  const file = options.file ?? join(checkout, 'docker-compose.yml');
  const env = { ...plainEnvironment(), ...options.env };
  return runProgram('docker-compose', ['--file', file, ...profiles, 'config'], { cwd: checkout, env });
}

/** The checked-in file with the variables of one of packaging/'s .env files. Rejects when docker-compose refuses it. */
export async function readCompose(env: Readonly<Record<string, string>>): Promise<ComposeFile> {
  const { code, stdout, stderr } = await runCompose({ profiles: ['setup', 'demo'], env });
  if (code !== 0) throw new Error(`docker-compose config: ${stderr}`);
  // A dollar sign that stands for itself is written twice.
  return JSON.parse(JSON.stringify(parse(stdout)).replaceAll('$$', '$')) as ComposeFile;
}
