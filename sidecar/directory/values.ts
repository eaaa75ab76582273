import { DomainError } from '../core/errors.ts';
import type { Syntax } from './attributes.ts';
import { normaliseDn, parseDn } from './dn.ts';
import { toIntegerKey, toTimeKey } from './number-values.ts';
import { findObjectClass } from './object-classes.ts';
import { type FragmentPlace, foldFragment, foldTelephone, foldText, toByteString } from './string-preparation.ts';

/** Longest assertion value compared, in octets; a longer one equals nothing of ours and is Undefined. */
const maxAssertionLength = 65_536;
const uuidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const oidPattern = /^(?:\d+(?:\.\d+)+|[a-z][a-z0-9-]*)$/i;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The key of a value: a byte string (see {@link toByteString}) that is the same for all values which the syntax's equality rule holds
 * equal, and sorts as its ordering rule says. Undefined for what is no value of the syntax, e.g. a class nobody knows.
 */
export function toKey(syntax: Syntax, value: string): string | undefined {
  switch (syntax) {
    case 'text':
      // RFC 4517 §3.3.6: a directory string has at least one character.
      return value === '' ? undefined : toByteString(foldText(value));
    case 'telephone':
      return value === '' ? undefined : toByteString(foldTelephone(value));
    case 'dn':
      return dnKey(value);
    case 'category':
      return categoryKey(value);
    case 'object-class':
      return findObjectClass(value)?.toLowerCase();
    case 'oid':
      return oidPattern.test(value) ? value.toLowerCase() : undefined;
    case 'definition':
      return toKey('oid', /^\( ?([0-9.]+) /.exec(value)?.[1] ?? value);
    case 'uuid':
      return uuidPattern.test(value) ? value.toLowerCase() : undefined;
    case 'time':
      return toTimeKey(value);
    case 'integer':
      return toIntegerKey(value);
    case 'boolean':
      return /^(?:true|false)$/i.test(value) ? value.toUpperCase() : undefined;
  }
}

/** {@link toKey} for an assertion value from the wire; undefined as well for what is not UTF-8. */
export function toAssertionKey(syntax: Syntax, value: Uint8Array): string | undefined {
  const text = decodeAssertion(value);
  return text === undefined ? undefined : toKey(syntax, text);
}

/** The key of one piece of a substring assertion; undefined where the syntax has no substring rule. */
export function toFragmentKey(syntax: Syntax, value: Uint8Array, place: FragmentPlace): string | undefined {
  const text = decodeAssertion(value);
  if (text === undefined) return undefined;
  if (syntax === 'text') return toByteString(foldFragment(text, place));
  return syntax === 'telephone' ? toByteString(foldTelephone(text)) : undefined;
}

/** An assertion value as text; undefined when it is too long or not UTF-8. */
export function decodeAssertion(value: Uint8Array): string | undefined {
  if (value.length > maxAssertionLength) return undefined;
  let seen = 0;
  for (let at = 0; at < value.length; at++) seen |= value[at] ?? 0;
  if (seen < 0x80) return toBuffer(value).toString('latin1');
  try {
    return strictUtf8.decode(value);
  } catch {
    return undefined;
  }
}

function toBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

function dnKey(value: string): string | undefined {
  try {
    return toByteString(normaliseDn(value));
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/**
 * Active Directory serves objectCategory as the DN of a class in its schema and lets filters name the class alone
 * (`objectCategory=person`); any DN whose first value is that name counts as the same here.
 */
function categoryKey(value: string): string | undefined {
  if (!value.includes('=')) return value === '' ? undefined : toByteString(foldText(value));
  try {
    const name = parseDn(value)[0]?.[0]?.value;
    return name === undefined ? undefined : toByteString(foldText(name));
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
