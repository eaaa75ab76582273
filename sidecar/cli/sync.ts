import type { Command } from 'commander';
import { openSyncParts, toSyncJob } from '../app-sync-job.ts';
import { icewarpAccountOf } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import { renderReport } from '../sync/render-report.ts';
import { type SyncReport, toJsonReport } from '../sync/report.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson } from './context.ts';
import { createProgressLine } from './progress-line.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

interface Options {
  readonly dryRun?: true;
  readonly json?: true;
  readonly verbose?: true;
}

/** Exit status by outcome. */
const statusOf: Readonly<Record<SyncReport['outcome'], number>> = {
  applied: 0,
  unchanged: 0,
  failed: 1,
  planned: 2,
  held: 3,
};

/** `sync`. */
export function addSyncCommand(program: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = program
    .command('sync')
    .description(
      'read IceWarp once, show what changed and commit it. Exit status: 0 applied or nothing to do, 1 failed, 2 a dry run found changes, 3 held by a safety limit',
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--verbose', 'show every change')
    .option('--json', 'print the report as one JSON document');
  addSettingOptions(command).action(async (options: Options, self: Command) => {
    const { settings } = loadInstallationSettings(context, self);
    const account = icewarpAccountOf(settings);
    if (account === undefined) {
      throw new DomainError(
        'invalid_input',
        'no IceWarp server is configured: set icewarp.url, .username and .password (SIDECAR_ICEWARP_URL …), or start the demo with `npm start`',
      );
    }
    const parts = await openSyncParts(toSyncJob(settings, account), { log: createCliLog(context) });
    const progress = createProgressLine(context);
    try {
      const report = await parts.run({
        dryRun: options.dryRun === true,
        signal: context.signal,
        progress: progress.show,
        publishedGeneration: () => undefined,
        // A running service notices the commit by itself.
        publish: async () => {},
      });
      progress.clear();
      if (options.json) printJson(context, toJsonReport(report));
      else context.stdout.write(renderReport(report, { verbose: options.verbose === true }));
      exitWith(statusOf[report.outcome]);
    } finally {
      progress.clear();
      await parts.close();
    }
  });
}
