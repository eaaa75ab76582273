import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { checkSettings, type ReadSettings } from '../application/doctor/check-settings.ts';
import type { Finding } from '../application/doctor/finding.ts';
import { runChecks } from '../application/doctor/run-checks.ts';
import { readTextFile } from '../config/bounded-file.ts';
import type { LoadedSettings } from '../config/load.ts';
import { icewarpAccountOf } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import { createLog } from '../observe/log.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { createDoctorChecks } from './doctor-checks.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

interface Options {
  readonly json?: true;
  readonly ca?: string;
  readonly serverName?: string;
}

const maxCaBytes = 1024 * 1024;

/** `doctor`. */
export function addDoctorCommand(program: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = program
    .command('doctor')
    .description(
      'look at everything that can be wrong, and say what to do about it. Changes nothing and tries no password of a user. ' +
        'Exit status: 0 nothing failed (there may be warnings), 1 something failed',
    )
    .option('--ca <file>', 'PEM file of the authority that LDAP clients trust, to check certificates as they do')
    .option('--server-name <name>', 'the name by which LDAP clients know this service, to check certificates for it')
    .option('--json', 'print the findings as one JSON document');
  addSettingOptions(command).action(async (options: Options, self: Command) => {
    const print = (finding: Finding) => {
      if (!options.json) printLine(context, describe(finding));
    };
    const findings = await examine(context, self, options, print);
    const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length;
    const [failed, warned] = [count('fail'), count('warn')];
    if (options.json) printJson(context, { version: 1, ok: failed === 0, findings });
    else printLine(context, `\n${count('ok')} ok, ${warned} to look at, ${failed} failed`);
    exitWith(failed === 0 ? 0 : 1);
  });
}

async function examine(
  context: CliContext,
  command: Command,
  { ca, serverName }: Options,
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const trust = { ca: ca === undefined ? undefined : readAuthority(ca), serverName };
  const { read, loaded } = readSettings(context, command);
  const first = await runChecks([checkSettings(read)], onFinding, context.signal);
  if (loaded === undefined) return first;
  const { settings } = loaded;
  const account = icewarpAccountOf(settings);
  const log = createLog({ level: 'error', format: 'json', destination: quiet() });
  const { checks, close } = createDoctorChecks(settings, account, trust, log);
  try {
    return [...first, ...(await runChecks(checks, onFinding, context.signal))];
  } finally {
    await close();
  }
}

/** Faults and warnings become findings, and are not said twice. */
function readSettings(
  context: CliContext,
  command: Command,
): { readonly read: ReadSettings; readonly loaded?: LoadedSettings } {
  try {
    const loaded = loadInstallationSettings({ ...context, stderr: quiet() }, command);
    const given = [...loaded.origins.values()].filter((origin) => origin !== 'default').length;
    const isServerNamed = icewarpAccountOf(loaded.settings) !== undefined;
    const demo =
      'no icewarp.url, .username and .password are set: `serve` would be a demo, and IceWarp is not looked at';
    const warnings = [...(isServerNamed ? [] : [demo]), ...loaded.warnings];
    return { read: { kind: 'sound', given, warnings }, loaded };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { read: { kind: 'faulty', message: error.message } };
  }
}

function readAuthority(file: string): string {
  const read = readTextFile(file, maxCaBytes);
  const fault = 'fault' in read ? read.fault : `${file} holds no certificate in PEM form`;
  if ('text' in read && read.text.includes('-----BEGIN CERTIFICATE-----')) return read.text;
  throw new DomainError('invalid_input', `--ca: ${fault}`);
}

function quiet(): PassThrough {
  return new PassThrough().resume();
}

function describe({ check, status, detail, remedy }: Finding): string {
  const line = `${status.padEnd(5)} ${check.padEnd(13)}${detail}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(19)}→ ${remedy}`;
}
