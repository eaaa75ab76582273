/** Where this service answers as a directory: `host` (any port) or `host:port`, an IPv6 address in brackets before a port. */
export type OwnPlaces = readonly string[];

const defaultPorts = ['389', '636'];

/**
 * Whether a `U_AuthModeValue` makes IceWarp ask this very service for the password: then a check would go round in a circle. The value
 * names servers with `|` between; each is a host or an LDAP URL (RFC 4516), perhaps with a port, perhaps with `;` and a DN behind it.
 */
export function asksOwnDirectory(value: string, places: OwnPlaces): boolean {
  const own = places.flatMap((place) => parseServer(place) ?? []);
  return value
    .slice(0, 4096)
    .split('|')
    .some((text) => {
      const server = parseServer(text);
      if (server === undefined) return false;
      const ports = server.port === undefined ? defaultPorts : [server.port];
      return own.some(({ host, port }) => host === server.host && (port === undefined || ports.includes(port)));
    });
}

interface Server {
  readonly host: string;
  readonly port: string | undefined;
}

function parseServer(text: string): Server | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^ldap[is]?:\/\//, '')
    .replace(/[;/].*$/s, '')
    .trim();
  const [, bracketed, bracketedPort] = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/.exec(name) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: bracketedPort };
  // More than one colon: an IPv6 address without a port.
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/.test(name)) return { host: name, port: undefined };
  const [, host, port] = /^([^\s:]{1,253}?)\.?(?::(\d{1,5}))?$/.exec(name) ?? [];
  return host === undefined ? undefined : { host, port };
}
