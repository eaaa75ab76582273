import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DomainError } from '../core/errors.ts';
import { toAuditLocation } from '../observe/audit.ts';
import { listAuditFiles } from '../observe/audit-files.ts';
import { type AuditFault, type AuditVerdict, verifyAudit } from '../observe/audit-verify.ts';
import { createAuditHeads } from '../storage/audit-heads.ts';
import { openDatabase } from '../storage/database.ts';
import { createSecretFile } from '../storage/secret-file.ts';
import { createCliLog } from './cli-log.ts';
import { type CliContext, printJson, printLine, printNote } from './context.ts';
import { addSettingOptions, loadInstallationSettings } from './settings-options.ts';

/** `audit verify [FILE]`. Exit status 1 when the log is not as it was written. */
export function addAuditCommand(program: Command, context: CliContext, setStatus: (status: number) => void): void {
  const audit = program.command('audit').description('look after the audit log');
  const verify = audit
    .command('verify')
    .description('find altered, missing and misplaced lines of the audit log')
    .argument('[file]', 'the file that is written now; those put aside beside it belong to it (default: audit.file)')
    .option('--json', 'as one JSON document');
  addSettingOptions(verify).action(async (file: string | undefined, options: { json?: true }, self: Command) => {
    const verdict = await verifyFiles(context, self, file);
    if (verdict.faults.length > 0) setStatus(1);
    if (options.json) printJson(context, verdict);
    else printVerdict(context, verdict);
  });
}

async function verifyFiles(context: CliContext, command: Command, file: string | undefined): Promise<AuditVerdict> {
  const { settings } = loadInstallationSettings(context, command);
  const path = file === undefined ? settings.audit.file : resolve(context.cwd, file);
  if (path === undefined) throw new DomainError('invalid_input', 'audit.file is not set; name the file to verify');
  const log = createCliLog(context);
  const key = createSecretFile({ file: settings.security.secretFile, databaseUrl: settings.database.url, log });
  const secret = await key.read();
  if (secret === undefined) {
    throw new DomainError(
      'invalid_input',
      `security.secretFile ${key.place} does not exist; without the file that the log was written with nothing can be verified`,
    );
  }
  const database = await openDatabase({ url: settings.database.url, log });
  try {
    // The heads first: lines that a running service adds meanwhile are no fault, a head newer than the lines read would be one.
    const heads = await createAuditHeads(database).list();
    const files = await listAuditFiles(path);
    const location = toAuditLocation(hostname(), path);
    if (files.length === 0 && !heads.some((head) => head.location === location)) {
      throw new DomainError('not_found', `${path} does not exist, and the store knows of no lines in it`);
    }
    return await verifyAudit({ files, heads, location, secret });
  } finally {
    await database.close();
  }
}

function printVerdict(context: CliContext, { files, lines, chains, faults, notes }: AuditVerdict): void {
  for (const note of notes) printNote(context, `note: ${note}`);
  for (const fault of faults) printLine(context, describeFault(fault));
  const extent = `${lines} lines of ${chains} runs in ${files} files`;
  printLine(
    context,
    faults.length === 0
      ? `the audit log is as it was written (${extent})`
      : `the audit log is NOT as it was written (${extent})`,
  );
}

function describeFault({ file, line, what }: AuditFault): string {
  return file === undefined ? what : `${file} line ${line} ${what}`;
}
