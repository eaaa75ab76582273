import type { Command } from 'commander';
import type { KeycloakPlan } from '../../plugin/keycloak-target.ts';
import { renderHead, renderPlan } from '../../plugin/render-plan.ts';
import { messageOf } from '../core/errors.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addKeycloakBootstrap } from './keycloak-bootstrap.ts';
import { addKeycloakStatus } from './keycloak-status.ts';
import { type OpenKeycloak, withKeycloak } from './keycloak-target.ts';
import { addSettingOptions } from './settings-options.ts';

interface Options {
  readonly json?: true;
  readonly rotate?: true;
  readonly dryRun?: true;
}

/** `keycloak plan`, `apply`, `remove`, `status` and `bootstrap`. */
export function addKeycloakCommand(program: Command, context: CliContext, exitWith: (status: number) => void): void {
  const keycloak = program
    .command('keycloak')
    .description('set a realm of Keycloak up for IceWarp users, and keep it so');
  addSettingOptions(
    keycloak
      .command('plan')
      .description('show what `apply` would change, and change nothing. Exit status: 0 nothing, 1 failed, 2 something')
      .option('--json', 'as one JSON document'),
  ).action(async (options: Options, self: Command) => {
    const plan = await withKeycloak(context, self, ({ target }) => target.plan());
    printPlan(context, plan, options);
    exitWith(plan.changes.length === 0 ? 0 : 2);
  });
  addSettingOptions(
    keycloak
      .command('apply')
      .description('make the realm what the settings say; ends at the first failure. Exit status: 0 done, 1 failed')
      .option('--rotate', 'give the service account that Keycloak logs in with another secret')
      .option('--json', 'as one JSON document'),
  ).action(async (options: Options, self: Command) => {
    exitWith(
      await withKeycloak(context, self, async ({ target }) => {
        const plan = await target.plan({ rotates: options.rotate === true });
        return carryOut(context, target, plan, options);
      }),
    );
  });
  addSettingOptions(
    keycloak
      .command('remove')
      .description(
        'take away what `apply` made, and nothing else. Exit status: 0 done, 1 failed, 2 a dry run found things',
      )
      .option('--dry-run', 'show what would go, and change nothing')
      .option('--json', 'as one JSON document'),
  ).action(async (options: Options, self: Command) => {
    exitWith(
      await withKeycloak(context, self, async ({ target }) => {
        const plan = await target.planRemoval();
        if (!options.dryRun) return carryOut(context, target, plan, options);
        printPlan(context, plan, options);
        return plan.changes.length === 0 ? 0 : 2;
      }),
    );
  });
  addKeycloakStatus(keycloak, context, exitWith);
  addKeycloakBootstrap(keycloak, context);
}

function printPlan(context: CliContext, { changes, notes }: KeycloakPlan, { json }: Options): void {
  if (json) {
    printJson(context, { version: 1, changes, notes });
    return;
  }
  for (const note of notes) printNote(context, `note: ${note}`);
  context.stdout.write(renderPlan(changes));
}

/** Gives the exit status. */
async function carryOut(
  context: CliContext,
  target: OpenKeycloak['target'],
  plan: KeycloakPlan,
  options: Options,
): Promise<number> {
  if (!options.json) printPlan(context, plan, options);
  const { done, left, failure } = await target.apply(plan, (change) => {
    if (!options.json) printNote(context, `done: ${renderHead(change)}`);
  });
  const isWhole = left.length === 0;
  const reason = isWhole ? undefined : messageOf(failure);
  if (options.json) printJson(context, { version: 1, ok: isWhole, done, left, failure: reason, notes: plan.notes });
  if (isWhole) {
    if (!options.json && done.length > 0) printLine(context, `${done.length} changes are made`);
    return 0;
  }
  const [failed, ...rest] = left;
  const what = failed === undefined ? '' : renderHead(failed);
  printNote(
    context,
    `stopped at: ${what}\n  ${reason}\n${done.length} changes are made, ${rest.length} were not begun; put it right and run it again`,
  );
  return 1;
}
