/** What one LDAP server and one connection may cost. Octets, milliseconds and counts. */
export interface LdapLimits {
  /** Connections open at once; one more is told `unavailable` and closed. */
  readonly connections: number;
  /** The same of one address; an IPv6 network of 64 bits counts as one. 0 = no limit of its own. */
  readonly connectionsPerAddress: number;
  /** For a TLS handshake, and for the header of a load balancer before it. */
  readonly handshakeMs: number;
  /** Size of one message, header included, from a connection that has logged in. */
  readonly messageBytes: number;
  /** The same before a login. */
  readonly anonymousMessageBytes: number;
  /** From the first octet of a message to its last. */
  readonly messageMs: number;
  /** Without any operation and without an octet. */
  readonly idleMs: number;
  /** The same before a login. */
  readonly anonymousIdleMs: number;
  /** Answers waiting for a slow reader: at this size the work for its connection pauses. */
  readonly backlogBytes: number;
  /** How long a paused connection may take to read what waits. */
  readonly drainMs: number;
  /** How long a closing connection is kept for the client to read our last words. */
  readonly closeMs: number;
  /** Requests kept behind a running one; with more, reading pauses. */
  readonly queuedRequests: number;
  readonly queuedBytes: number;
  /** Nesting of a filter. */
  readonly filterDepth: number;
  /** Parts of a filter, counted through all levels. */
  readonly filterParts: number;
  /** Attributes that one search asks for. */
  readonly attributes: number;
  readonly controls: number;
  /** Entries that one search may find, all its pages together, unless the client itself asks for no more; 0 = any number. */
  readonly entries: number;
  /** Finding and sorting, before the first entry is sent; 0 = no limit. */
  readonly searchMs: number;
  /** Paged searches of one connection; the one unused for longest gives way. */
  readonly pagings: number;
  /** Entry ids held for the paged searches of the whole server. */
  readonly pagedIds: number;
  /** A paged search unused for this long is forgotten. */
  readonly pagingIdleMs: number;
  /** How often the time limits are looked at. */
  readonly sweepMs: number;
}

export const defaultLimits: LdapLimits = {
  connections: 10_000,
  connectionsPerAddress: 1000,
  handshakeMs: 10_000,
  messageBytes: 1024 * 1024,
  anonymousMessageBytes: 64 * 1024,
  messageMs: 30_000,
  idleMs: 15 * 60_000,
  anonymousIdleMs: 2 * 60_000,
  backlogBytes: 256 * 1024,
  drainMs: 60_000,
  closeMs: 1000,
  queuedRequests: 128,
  queuedBytes: 256 * 1024,
  filterDepth: 64,
  filterParts: 1024,
  attributes: 1024,
  controls: 32,
  entries: 0,
  searchMs: 30_000,
  pagings: 8,
  pagedIds: 16_000_000,
  pagingIdleMs: 10 * 60_000,
  sweepMs: 1000,
};
