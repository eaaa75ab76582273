import { BlockList, isIP } from 'node:net';

/** An address as a socket gives it: without the prefix of an IPv4 address in IPv6 clothes (RFC 4291 §2.5.5.2). */
export function toSource(remoteAddress: string | undefined): string {
  return (remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whether a text is an IP address or a network such as `192.0.2.0/24`. */
export function isSourceRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128));
}

/** Whether `source` is one of the addresses, or in one of the networks, of a list. What is neither matches nothing. */
export function isListed(source: string, ranges: readonly string[]): boolean {
  const family = familyOf(source);
  if (isIP(source) === 0) return false;
  const list = new BlockList();
  for (const range of ranges.filter(isSourceRange)) {
    const [address = '', length] = range.split('/');
    if (length === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(length), familyOf(address));
  }
  return list.check(source, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
