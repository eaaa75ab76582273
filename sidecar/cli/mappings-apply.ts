import type { Command } from 'commander';
import { openSyncParts, toSyncJob } from '../app-sync-job.ts';
import { createCliLog } from './cli-log.ts';
import type { CliContext } from './context.ts';
import { printReport } from './report-output.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { parsePlanName, requireAccount } from './sync-arguments.ts';

interface Options {
  readonly dryRun?: true;
  readonly confirm?: string;
  readonly json?: true;
  readonly verbose?: true;
}

/** `mappings apply`. */
export function addMappingsApply(mappings: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = mappings
    .command('apply')
    .description(
      'give every user what the mapping files say now, without asking IceWarp, and show what changed. Exit status: 0 applied or nothing to do, 1 failed, 2 a dry run found changes, 3 held by a safety limit',
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--confirm <plan>', 'commit the risky changes that were held, if they are still the same', parsePlanName)
    .option('--verbose', 'show every change')
    .option('--json', 'print the report as one JSON document (docs/sync-report.schema.json)');
  addSettingOptions(command).action(async (options: Options, self: Command) => {
    const { settings } = loadInstallationSettings(context, self);
    const parts = await openSyncParts(toSyncJob(settings, requireAccount(settings)), { log: createCliLog(context) });
    try {
      const report = await parts.applyMapping({
        dryRun: options.dryRun === true,
        confirm: options.confirm,
        // A running service notices the commit by itself.
        publish: async () => {},
      });
      exitWith(printReport(context, report, options));
    } finally {
      await parts.close();
    }
  });
}
