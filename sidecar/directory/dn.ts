import { DomainError } from '../core/errors.ts';
import { findAttribute } from './attributes.ts';
import { foldText } from './string-preparation.ts';
import { findUnservedAttribute } from './unserved-attributes.ts';

/** One `type=value` of a DN: the type as written, the value without escapes. */
export interface DnPart {
  readonly type: string;
  readonly value: string;
}

/** A relative DN: one part, or several joined by `+`. */
export type Rdn = readonly DnPart[];

const maxDnLength = 8192;
const maxRdns = 64;
const maxPartsOfRdn = 16;
const typePattern = /^(?:[A-Za-z][A-Za-z0-9-]*|(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+)$/;
const partPattern = /((?:\\.|[^\\",;+])*)(?:"((?:\\.|[^\\"])*)" *)?([,;+]|$)/sy;

/**
 * Reads a DN (RFC 4514 §3; also the spaces, semicolons and quotes of RFC 2253 §4). '' is the empty list, the root.
 * Throws `invalid_input` for text that is no DN, has more than 8192 characters, 64 RDNs or 16 parts in an RDN.
 */
export function parseDn(text: string): readonly Rdn[] {
  if (text.length > maxDnLength) throw notADn(`${text.slice(0, 40)}…`, 'longer than 8192 characters');
  if (text === '') return [];
  if (/^ *$/.test(text)) throw notADn(text, 'spaces alone name nothing');
  const rdns: DnPart[][] = [[]];
  const pattern = new RegExp(partPattern);
  for (let separator = ','; separator !== ''; ) {
    const match = pattern.exec(text);
    if (match === null) throw notADn(text, 'an escape or a quote has no end');
    const rdn = rdns.at(-1) ?? [];
    rdn.push(parsePart(match[1] ?? '', match[2], text));
    separator = match[3] ?? '';
    if (separator === ',' || separator === ';') rdns.push([]);
    if (rdns.length > maxRdns || rdn.length > maxPartsOfRdn) throw notADn(text, 'too many parts');
  }
  return rdns;
}

/**
 * The one form of a DN in which all its spellings are the same (distinguishedNameMatch, RFC 4517 §4.2.15). It is itself a
 * DN and its own normal form. Throws as {@link parseDn} does.
 */
export function normaliseDn(text: string): string {
  return formatNormalDn(parseDn(text));
}

/** {@link normaliseDn} of a DN already read. */
export function formatNormalDn(rdns: readonly Rdn[]): string {
  return rdns.map((rdn) => rdn.map(formatNormalPart).sort().join('+')).join(',');
}

/** A DN in the spelling we serve: known types by their usual name, values as given, no spaces, one way to escape. */
export function formatDn(rdns: readonly Rdn[]): string {
  const format = ({ type, value }: DnPart) => `${nameOfType(type)}=${escapeDnValue(value)}`;
  return rdns.map((rdn) => rdn.map(format).join('+')).join(',');
}

/** A value in a DN, escaped where RFC 4514 §2.4 demands it and nowhere else, so that it has one spelling. */
export function escapeDnValue(value: string): string {
  return value
    .replace(/[\\,+"<>;]/g, '\\$&')
    .replace(/^[ #]|(?<=.) $/gs, '\\$&')
    .replaceAll('\0', '\\00');
}

/** The usual name of an attribute type, whatever it is called; a type nobody knows keeps its name. */
export function nameOfType(type: string): string {
  return (findAttribute(type) ?? findUnservedAttribute(type))?.name ?? type;
}

function formatNormalPart({ type, value }: DnPart): string {
  return `${nameOfType(type).toLowerCase()}=${escapeDnValue(foldText(value))}`;
}

function parsePart(unquoted: string, quoted: string | undefined, dn: string): DnPart {
  const equals = unquoted.indexOf('=');
  const type = unquoted.slice(0, Math.max(equals, 0)).trim();
  if (!typePattern.test(type)) throw notADn(dn, 'a part is not of the form type=value');
  const raw = trimUnescaped(unquoted.slice(equals + 1));
  if (quoted !== undefined && raw !== '') throw notADn(dn, 'a quote begins in the middle of a value');
  if (quoted === undefined && raw.startsWith('#')) return { type, value: decodeHexValue(raw, dn) };
  return { type, value: unescapeValue(quoted ?? raw, dn) };
}

/** Takes away the spaces around a value, and those alone: other white space, and a space behind a backslash, is part of it. */
function trimUnescaped(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  let backslashes = 0;
  while (text[end - 1 - backslashes] === '\\') backslashes++;
  return text.slice(start, backslashes % 2 === 1 && end < text.length ? end + 1 : end);
}

function unescapeValue(text: string, dn: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/(?:\\[0-9A-Fa-f]{2})+|\\(.)/gs, (escaped, character: string | undefined) => {
    if (character === undefined) return decodeUtf8(Buffer.from(escaped.replaceAll('\\', ''), 'hex'), dn);
    if (!' "#+,;<=>\\'.includes(character)) throw notADn(dn, `\\${character} is no escape`);
    return character;
  });
}

/** `#` and hexadecimal digits: the BER form of the value (RFC 4514 §2.4), a string of at most 127 octets. */
function decodeHexValue(text: string, dn: string): string {
  if (!/^#(?:[0-9A-Fa-f]{2})+$/.test(text)) throw notADn(dn, '# must be followed by pairs of hexadecimal digits');
  const [tag = 0, length, ...octets] = Buffer.from(text.slice(1), 'hex');
  // OCTET STRING, UTF8String, PrintableString, IA5String.
  if (![0x04, 0x0c, 0x13, 0x16].includes(tag) || length !== octets.length || length > 127) {
    throw notADn(dn, '# must be followed by the BER form of a string');
  }
  return decodeUtf8(Buffer.from(octets), dn);
}

function decodeUtf8(octets: Buffer, dn: string): string {
  const text = octets.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(octets)) throw notADn(dn, 'escaped octets are not UTF-8');
  return text;
}

function notADn(text: string, why: string): DomainError {
  return new DomainError('invalid_input', `"${text.slice(0, 200)}" is not a DN: ${why} (RFC 4514)`);
}
