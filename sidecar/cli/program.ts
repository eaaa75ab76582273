import { Command, CommanderError } from 'commander';
import { DomainError, messageOf } from '../core/errors.ts';
import { addAuditCommand } from './audit.ts';
import { addClientsCommand } from './clients.ts';
import { addConfigCommand } from './config.ts';
import { type CliContext, printNote } from './context.ts';
import { addDoctorCommand } from './doctor.ts';
import { addExplainCommand } from './explain.ts';
import { addGroupsCommand } from './groups.ts';
import { addKeycloakCommand } from './keycloak.ts';
import { addMappingsCommand } from './mappings.ts';
import { addOidcKeysCommand } from './oidc-keys.ts';
import { addProfileCommand } from './profile.ts';
import { addServeCommand } from './serve.ts';
import { addServiceAccountsCommand } from './service-accounts.ts';
import { addSimulateCommand } from './simulate.ts';
import { addSyncCommand } from './sync.ts';
import { addUsersCommand } from './users.ts';
import { programVersion } from './version.ts';

const name = 'icewarp-sidecar';

/**
 * Runs one command line and gives the process's exit status: 0 done, 1 failed (the reason is on stderr), or what the command documents.
 */
export async function runProgram(context: CliContext): Promise<number> {
  let status = 0;
  const program = new Command(name)
    .description('IceWarp accounts for archives, LDAP and OIDC applications and Keycloak')
    .version(programVersion())
    .exitOverride()
    // So that options behind the name of a command are that command's.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('(--help shows what there is)');
  addServeCommand(program, context);
  addSyncCommand(program, context, (code) => {
    status = code;
  });
  addUsersCommand(program, context);
  addGroupsCommand(program, context);
  addExplainCommand(program, context);
  addMappingsCommand(program, context, (code) => {
    status = code;
  });
  addServiceAccountsCommand(program, context);
  addClientsCommand(program, context);
  addOidcKeysCommand(program, context);
  addKeycloakCommand(program, context, (code) => {
    status = code;
  });
  addAuditCommand(program, context, (code) => {
    status = code;
  });
  addConfigCommand(program, context);
  addProfileCommand(program, context);
  addDoctorCommand(program, context, (code) => {
    status = code;
  });
  addSimulateCommand(program, context);
  try {
    await program.parseAsync(context.args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const internal = error instanceof DomainError ? '' : 'internal error: ';
    printNote(context, `${name}: ${internal}${messageOf(error)}`);
    if (internal !== '' && error instanceof Error) printNote(context, error.stack ?? '');
    return 1;
  }
}
