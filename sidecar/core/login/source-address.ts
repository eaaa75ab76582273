/**
 * The form in which an end user's address is counted: an IPv4 address as it is, also when IPv6 carries it (RFC 4291 §2.5.5.2), and of an
 * IPv6 address the /64, all of which one subscriber commands. What is no address is taken as it is, cut to 64 UTF-16 units.
 */
export function toCountedAddress(address: string): string {
  const text = address
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!/^[0-9a-f:.]{2,45}$/.test(text) || !text.includes(':')) return text.slice(0, 64);

  const [head = '', tail] = text.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const restLength = rest.length + (rest.at(-1)?.includes('.') ? 1 : 0);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - restLength);
  const network = [...groups, ...Array.from({ length: missing }, () => '0'), ...rest].slice(0, 4);
  return `${network.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
