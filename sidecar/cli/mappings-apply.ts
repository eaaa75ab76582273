import type { Command } from 'commander';
import { openSyncParts, toSyncJob } from '../app-sync-job.ts';
import { toJsonReport } from '../sync/json-report.ts';
import { renderReport } from '../sync/render-report.ts';
import type { SyncReport } from '../sync/report.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { parsePlanName, requireAccount } from './sync-arguments.ts';

interface Options {
  readonly dryRun?: true;
  readonly confirm?: string;
  readonly json?: true;
  readonly verbose?: true;
}

/** Exit status by outcome: that of `sync`. */
const statusOf: Readonly<Record<SyncReport['outcome'], number>> = {
  applied: 0,
  unchanged: 0,
  failed: 1,
  planned: 2,
  held: 3,
};

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
      if (options.json) printJson(context, toJsonReport(report));
      else context.stdout.write(renderReport(report, { verbose: options.verbose === true }));
      exitWith(statusOf[report.outcome]);
    } finally {
      await parts.close();
    }
  });
}
