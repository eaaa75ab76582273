import type { Command } from 'commander';
import { type App, type AppOptions, startApp } from '../app.ts';
import { icewarpAccountOf } from '../config/settings.ts';
import { createLog } from '../observe/log.ts';
import { type CliContext, printLine } from './context.ts';
import { describeDemo, startDemo } from './demo.ts';
import { addSettingOptions, loadCommandSettings } from './settings-options.ts';
import { untilStopped } from './until-stopped.ts';
import { programVersion } from './version.ts';

/** `serve`. */
export function addServeCommand(program: Command, context: CliContext): void {
  const command = program
    .command('serve')
    .description('run the service until Ctrl-C. Without icewarp.url it is a demo with a simulated server');
  addSettingOptions(command).action(async (_options, self: Command) => {
    const loaded = loadCommandSettings(context, self);
    const { settings } = loaded;
    const account = icewarpAccountOf(settings);
    if (account !== undefined) {
      await serve(context, { settings, account, anyFreePort: { ldap: false, http: false } });
      return;
    }
    const demo = await startDemo(context, loaded);
    try {
      await serve(context, demo, async (app) => printLine(context, await describeDemo(demo, app)));
    } finally {
      await demo.stop();
    }
  });
}

async function serve(
  context: CliContext,
  { settings, account, anyFreePort }: Pick<AppOptions, 'settings' | 'account' | 'anyFreePort'>,
  onStarted: (app: App) => Promise<void> = async () => {},
): Promise<void> {
  const { level, format } = settings.log;
  const logFormat = format === 'auto' ? (context.isTerminal ? 'pretty' : 'json') : format;
  const log = createLog({ level, format: logFormat, destination: context.stderr });
  const version = programVersion();
  const auditOutput = context.stdout;
  const app = await startApp({ settings, account, log, logFormat, version, anyFreePort, auditOutput });
  try {
    const { ldap, http } = app;
    const more = ldap.listeners.slice(1).map(({ name, address, port }) => [name, `${address}:${port}`]);
    const places = { ldap: `${ldap.address}:${ldap.port}`, ...Object.fromEntries(more) };
    log.info('listening', { ...places, http: `${http.address}:${http.port}` });
    await Promise.race([onStarted(app), untilStopped(context)]);
    await untilStopped(context);
  } finally {
    await app.stop();
  }
}
