import type { Command } from 'commander';
import { openSource, toSyncJob } from '../app-sync-job.ts';
import type { DiagnosisStep } from '../core/ports/directory-source.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { requireAccount } from './sync-arguments.ts';

const words: Readonly<Record<DiagnosisStep['name'], string>> = {
  reach: 'reach',
  tls: 'TLS',
  api: 'API',
  login: 'login',
  version: 'version',
  rights: 'rights',
  domains: 'domains',
  first_page: 'first page',
};

/** `sync test-connection`. */
export function addTestConnectionCommand(
  parent: Command,
  context: CliContext,
  exitWith: (status: number) => void,
): void {
  const command = parent
    .command('test-connection')
    .description(
      'check the way to IceWarp step by step and change nothing. Exit status: 0 a synchronisation can work, 1 a step failed',
    )
    .option('--json', 'print the steps as one JSON document');
  addSettingOptions(command).action(async (options: { json?: true }, self: Command) => {
    const { settings } = loadInstallationSettings(context, self);
    const source = openSource(toSyncJob(settings, requireAccount(settings)), { log: createCliLog(context) });
    try {
      const steps = await source.diagnose((step) => {
        if (!options.json) printLine(context, describeStep(step));
      }, context.signal);
      const failed = steps.some(({ status }) => status === 'failed');
      if (options.json) printJson(context, { version: 1, ok: !failed, steps });
      exitWith(failed ? 1 : 0);
    } finally {
      await source.close();
    }
  });
}

function describeStep({ name, status, detail, remedy }: DiagnosisStep): string {
  const line = `${words[name].padEnd(12)}${status.padEnd(9)}${detail}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(21)}→ ${remedy}`;
}
