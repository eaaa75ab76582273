import { BlockList, isIP } from 'node:net';

/**
 * A test for addresses in any of some networks in CIDR notation (`192.0.2.0/24`, `2001:db8::/32`). An IPv4 address counts as
 * itself also when IPv6 carries it (RFC 4291 §2.5.5.2); what is no address is in none.
 */
export function createNetworkTest(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (text) => {
    // The zone of a link-local address (RFC 4007 §11) is no part of it.
    const address = text.replace(/%.*$/, '');
    return isIP(address) !== 0 && list.check(address, familyOf(address));
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
