import { domainToASCII } from 'node:url';

const maxKnown = 1_000;
const knownKeys = new Map<string, string>();

/** A domain as a key: lower case, A-label (RFC 5890 §2.3.2.1), for which form a client sends is not known. */
export function toDomainKey(name: string): string {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const key = computeDomainKey(name);
  if (knownKeys.size >= maxKnown) knownKeys.clear();
  knownKeys.set(name, key);
  return key;
}

function computeDomainKey(name: string): string {
  const lower = name.normalize('NFC').toLowerCase();
  // domainToASCII gives '' for what is no host name, such as the internal domain of the original.
  return /^[\x21-\x7e]*$/.test(lower) ? lower : domainToASCII(lower) || lower;
}

/** The local part of an address as a key. */
export function toLocalKey(local: string): string {
  return local.normalize('NFC').toLowerCase();
}

/** Splits at the last `@`; without one, everything is the local part and the domain is empty. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return at < 0 ? { local: address, domain: '' } : { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** A whole address as a key. */
export function toAddressKey(address: string): string {
  const { local, domain } = splitAddress(address);
  return `${toLocalKey(local)}@${toDomainKey(domain)}`;
}
