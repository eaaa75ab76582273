import type { Command } from 'commander';
import { openSyncParts, toSyncJob } from '../app-sync-job.ts';
import { createCliLog } from './cli-log.ts';
import type { CliContext } from './context.ts';
import { createProgressLine } from './progress-line.ts';
import { printReport } from './report-output.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';
import { addRename, parsePlanName, parseUserAddress, requireAccount } from './sync-arguments.ts';
import { addTestConnectionCommand } from './sync-test-connection.ts';

interface Options {
  readonly dryRun?: true;
  readonly confirm?: string;
  readonly rename?: ReadonlyMap<string, string>;
  readonly user?: string;
  readonly json?: true;
  readonly verbose?: true;
}

/** `sync` and `sync test-connection`. */
export function addSyncCommand(program: Command, context: CliContext, exitWith: (status: number) => void): void {
  const command = program
    .command('sync')
    .description(
      'read IceWarp once, show what changed and commit it. Exit status: 0 applied or nothing to do, 1 failed, 2 a dry run found changes, 3 held by a safety limit',
    )
    // So that options behind `test-connection` are its own.
    .enablePositionalOptions()
    .option('--dry-run', 'show what would change, and change nothing')
    .option(
      '--confirm <plan>',
      'commit the risky changes that a held run named, if they are still the same',
      parsePlanName,
    )
    .option(
      '--rename <old=new>',
      'these two addresses are one person: keep the identity under the new one; may be given several times',
      addRename,
    )
    .option(
      '--user <address>',
      'this account alone, step by step; everybody else stays as stored. With --dry-run it only shows',
      parseUserAddress,
    )
    .option('--verbose', 'show every change, and with --dry-run every account that is left out')
    .option('--json', 'print the report as one JSON document (docs/sync-report.schema.json)');
  addSettingOptions(command).action(async (options: Options, self: Command) => {
    const { settings } = loadInstallationSettings(context, self);
    const job = toSyncJob(settings, requireAccount(settings));
    const parts = await openSyncParts(job, { log: createCliLog(context) });
    const progress = createProgressLine(context);
    try {
      const report = await parts.run({
        dryRun: options.dryRun === true,
        confirmed: { risk: options.confirm, renames: options.rename ?? new Map() },
        only: options.user,
        listLeftOut: options.verbose === true && options.dryRun === true,
        signal: context.signal,
        progress: progress.show,
        publishedGeneration: () => undefined,
        // A running service notices the commit by itself.
        publish: async () => {},
      });
      progress.clear();
      exitWith(printReport(context, report, options));
    } finally {
      progress.clear();
      await parts.close();
    }
  });
  addTestConnectionCommand(command, context, exitWith);
}
