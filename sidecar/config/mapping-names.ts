import { parsePrivilege, parseRole } from '../core/mapping/privileges.ts';
import { archivePrivileges, plainPrivileges } from '../core/mapping/rules.ts';
import { quote } from './faults.ts';
import { type PlacedText, parseTexts, type Report, readTexts } from './mapping-fields.ts';
import { didYouMean } from './nearest.ts';
import type { Raw } from './raw.ts';

/** A list of privileges in their one form; one that is not there is empty. */
export function readPrivileges(raw: Raw | undefined, what: string, report: Report): readonly PlacedText[] {
  return parseTexts(readTexts(raw, what, '[LogOn, ReadOwnArchive]', report), parsePrivilege, noPrivilege, report);
}

/** A list of roles in their one form; one that is not there is empty. */
export function readRoles(raw: Raw | undefined, what: string, report: Report): readonly PlacedText[] {
  return parseTexts(readTexts(raw, what, '[auditor]', report), parseRole, noRole, report);
}

/** A privilege or a role, whichever the text is; undefined for neither. */
export function parseRight(text: string): string | undefined {
  return parsePrivilege(text) ?? (text.includes(':') ? undefined : parseRole(text));
}

/** What is wrong with a text that is no privilege, and what was meant. */
export function noPrivilege(text: string): string {
  const [right = ''] = text.split(':');
  if (archivePrivileges.some((known) => known === right)) {
    return `${quote(text)} names no archive; write ${right}:bob@example.com, ${right}:group:staff@example.com or "${right}:*"`;
  }
  const known = [...plainPrivileges, ...archivePrivileges.map((name) => `${name}:…`)];
  const near = didYouMean(right, [...plainPrivileges, ...archivePrivileges]);
  return `unknown privilege ${quote(text)}${near || `; known are ${known.join(', ')}`}`;
}

/** What is wrong with a text that is neither privilege nor role. */
export function noRight(text: string): string {
  const right = text.split(':')[0] ?? '';
  const isPrivilege = text.includes(':') || [...plainPrivileges, ...archivePrivileges].some((name) => name === right);
  return isPrivilege ? noPrivilege(text) : noRole(text);
}

function noRole(text: string): string {
  return (
    `${quote(text)} cannot be a role: up to 64 letters, digits, spaces, ".", "_" and "-", beginning with a letter or digit, and ` +
    'not the name of a privilege'
  );
}
