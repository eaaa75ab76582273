declare const loginBrand: unique symbol;
declare const groupBrand: unique symbol;

/** A user's primary address in canonical form: the login key. */
export type LoginName = string & { readonly [loginBrand]: true };

/** A group's address in canonical form. */
export type GroupName = string & { readonly [groupBrand]: true };

/** Longest address accepted, in UTF-16 units: RFC 5321 §4.5.3.1 allows 64 + 1 + 255 octets. */
const maxAddressLength = 320;

/**
 * A mail domain in its one form: lower case, IDN as A-label (RFC 5890 §2.3.2.1), no dot at the end.
 * Returns undefined for what cannot be a domain.
 */
export function parseDomain(text: string): string | undefined {
  const domain = text.trim().normalize('NFC').toLowerCase().replace(/\.$/, '');
  if (domain === '' || domain.length > 255 || /[\s@/\\:?#[\]%"<>,;()]|\p{Cc}/u.test(domain)) return undefined;
  // URL turns labels to ASCII by UTS #46; plain ASCII stays out of it, for it would read "10" as an IPv4 address.
  const ascii = /^[\x21-\x7e]+$/.test(domain) ? domain : URL.parse(`http://${domain}`)?.hostname;
  return ascii === undefined || ascii.split('.').some((label) => label === '' || label.length > 63) ? undefined : ascii;
}

/**
 * An address in its one form: local part in NFC and lower case, domain as by {@link parseDomain}.
 * Returns undefined for what is no address (no or several `@`, spaces or control characters inside, too long).
 */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > maxAddressLength) return undefined;
  // Lower case may undo NFC (İ becomes i + a combining dot), hence NFC last.
  const local = trimmed.slice(0, at).toLowerCase().normalize('NFC');
  const domain = parseDomain(trimmed.slice(at + 1));
  if (domain === undefined || /[\s@\p{Cc}]/u.test(local)) return undefined;
  const address = `${local}@${domain}`;
  // The text itself where it is canonical: equal strings are kept once.
  return address === text ? text : address;
}

/** {@link parseAddress} for the primary address of a user. */
export function parseLoginName(text: string): LoginName | undefined {
  return parseAddress(text) as LoginName | undefined;
}

/** {@link parseAddress} for the address of a group or mailing list. */
export function parseGroupName(text: string): GroupName | undefined {
  return parseAddress(text) as GroupName | undefined;
}

/** The part before the `@` of a canonical address. */
export function localPartOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

/** The part after the `@` of a canonical address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
