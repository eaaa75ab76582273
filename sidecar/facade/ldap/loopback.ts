/**
 * Whether an address of a socket belongs to the machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, IPv4 mapped into IPv6 too), so
 * that nothing sent to it touches a network.
 */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}
