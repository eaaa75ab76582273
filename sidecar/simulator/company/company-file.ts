import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { Company } from './company.ts';
import { parseCompanyData } from './company-fields.ts';
import { CompanyError } from './faults.ts';

/** Largest company file read, in bytes. */
const maxFileBytes = 64 * 1024 * 1024;

/**
 * Reads a company from YAML. `subject` names the text in errors. Throws {@link CompanyError} with every fault at once:
 * those of the syntax, else those of the contents.
 */
export function parseCompany(text: string, subject: string): Company {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({ path: '', message: error.message.split('\n')[0] ?? '' }));
    throw new CompanyError(faults, subject);
  }
  let value: unknown;
  try {
    // Aliases can make a small text large.
    value = document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    throw new CompanyError([{ path: '', message: error instanceof Error ? error.message : String(error) }], subject);
  }
  try {
    return new Company(parseCompanyData(value, subject));
  } catch (error) {
    throw error instanceof CompanyError ? new CompanyError(error.faults, subject) : error;
  }
}

/** Reads a company file (YAML). Throws {@link CompanyError} that names the file. */
export function loadCompanyFile(path: string): Company {
  let text: string;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > maxFileBytes) throw new Error(`is larger than ${maxFileBytes / 1024 / 1024} MiB`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CompanyError([{ path: '', message: `cannot be read: ${message}` }], path);
  }
  return parseCompany(text, path);
}

/** The company of the demonstration. */
export function demoCompany(): Company {
  return loadCompanyFile(fileURLToPath(new URL('demo.yaml', import.meta.url)));
}
