import { domainOf, localPartOf, parseAddress } from '../names.ts';
import type { UserDirectory, UserMatch } from '../ports/user-directory.ts';

/** A name as somebody typed it, in the one form that is looked up, counted and compared. */
export type CanonicalName =
  | { readonly kind: 'address'; readonly name: string }
  /** A local part alone; `domainLabel` is the DOMAIN of `DOMAIN\name` when it is a label and not a whole domain. */
  | { readonly kind: 'local'; readonly name: string; readonly domainLabel: string | undefined }
  /** Nothing that an account can be called. */
  | { readonly kind: 'impossible' };

/** Longest name looked at, in UTF-16 units: an address (RFC 5321 §4.5.3.1) and room for spaces. */
const maxTypedLength = 400;
const maxLocalLength = 64;

/**
 * The canonical form of a login name: trimmed, NFC, lower case, the domain as A-label; `name%domain` and `name/domain` are
 * `name@domain` (as IceWarp itself converts them), and so is `domain\name`.
 */
export function toCanonicalName(typed: string): CanonicalName {
  if (typed.length > maxTypedLength) return { kind: 'impossible' };
  const name = typed.trim();
  if (name.includes('@')) return toAddress(name);

  const backslash = name.indexOf('\\');
  if (backslash >= 0) return fromDownLevelName(name.slice(0, backslash), name.slice(backslash + 1));

  const separator = Math.max(name.lastIndexOf('%'), name.lastIndexOf('/'));
  if (separator >= 0) return toAddress(`${name.slice(0, separator)}@${name.slice(separator + 1)}`);
  return toLocal(name, undefined);
}

/**
 * Finds whom a canonical name means. `EXAMPLE\name` means the only user with that local part, provided that EXAMPLE begins
 * the domain of that user.
 */
export function findByCanonicalName(directory: UserDirectory, canonical: CanonicalName): UserMatch {
  if (canonical.kind === 'impossible') return { kind: 'unknown' };
  const match = directory.findByName(canonical.name);
  if (canonical.kind === 'address' || canonical.domainLabel === undefined || match.kind !== 'found') return match;
  return domainOf(match.user.login).startsWith(`${canonical.domainLabel}.`) ? match : { kind: 'unknown' };
}

function toAddress(text: string): CanonicalName {
  const address = parseAddress(text);
  return address === undefined ? { kind: 'impossible' } : { kind: 'address', name: address };
}

function fromDownLevelName(domain: string, name: string): CanonicalName {
  const address = parseAddress(`${name}@${domain}`);
  if (address === undefined) return { kind: 'impossible' };
  const canonicalDomain = domainOf(address);
  if (canonicalDomain.includes('.')) return { kind: 'address', name: address };
  return toLocal(localPartOf(address), canonicalDomain);
}

function toLocal(text: string, domainLabel: string | undefined): CanonicalName {
  // Lower case may undo NFC, hence NFC last, as in parseAddress.
  const name = text.toLowerCase().normalize('NFC');
  if (name === '' || name.length > maxLocalLength || /[\s\\\p{Cc}]/u.test(name)) return { kind: 'impossible' };
  return { kind: 'local', name, domainLabel };
}
