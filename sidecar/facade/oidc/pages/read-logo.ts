import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { DomainError, messageOf } from '../../../core/errors.ts';
import type { Brand } from './look.ts';

const maxBytes = 256 * 1024;
const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
};

/** Reads the picture of the login page. Rejects with `invalid_input`, naming the setting, when it cannot be used. */
export async function readLogo(file: string): Promise<NonNullable<Brand['logo']>> {
  const refuse = (fault: string, cause?: unknown) =>
    new DomainError('invalid_input', `oidc.page.logoFile: ${fault}`, { cause });
  const type = types[extname(file).toLowerCase()];
  if (type === undefined) throw refuse(`${file} is no ${Object.keys(types).join(', ')}; use another picture`);
  try {
    const { size } = await stat(file);
    if (size <= maxBytes) return { type, content: await readFile(file) };
  } catch (error) {
    throw refuse(`${file} cannot be read (${messageOf(error)}); correct the path or its permissions`, error);
  }
  throw refuse(`${file} is larger than ${maxBytes / 1024} KiB; make the picture smaller`);
}
