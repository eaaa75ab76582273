import { isIP } from 'node:net';
import { listOf } from './list-types.ts';

/** Networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3); a single address is a network of its own. */
export const networkList = listOf(
  { one: 'network', many: 'networks', placeholder: 'network', example: '192.0.2.0/24 or 2001:db8::/32' },
  parseNetwork,
);

/** A network in its one form; undefined when a text is none. */
export function parseNetwork(text: string): string | undefined {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim().toLowerCase()) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || address.includes('%') || Number(bits ?? longest) > longest) return undefined;
  return `${address}/${Number(bits ?? longest)}`;
}
