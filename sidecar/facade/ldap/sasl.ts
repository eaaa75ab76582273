/** SASL mechanisms that a connection can use (RFC 4513 §5.2.4): PLAIN carries a password, EXTERNAL needs a client's certificate. */
export function saslMechanisms(connection: {
  readonly isConfidential: boolean;
  readonly certificateSubject: string | undefined;
}): readonly string[] {
  return [
    ...(connection.isConfidential ? ['PLAIN'] : []),
    ...(connection.certificateSubject === undefined ? [] : ['EXTERNAL']),
  ];
}

/** What PLAIN carries. */
export interface PlainCredentials {
  /** Whom to act as; empty: the one who logs in. */
  readonly authorization: string;
  /** Whom the password is of. */
  readonly name: string;
  readonly password: Uint8Array;
}

const maxNameOctets = 1024;

/** Takes the message of PLAIN apart (RFC 4616 §2); undefined when it is none. */
export function parsePlain(credentials: Uint8Array): PlainCredentials | undefined {
  const first = credentials.indexOf(0);
  const second = credentials.indexOf(0, first + 1);
  if (first < 0 || second < 0 || second > 2 * maxNameOctets || credentials.includes(0, second + 1)) return undefined;
  const authorization = toText(credentials.subarray(0, first));
  const name = toText(credentials.subarray(first + 1, second));
  if (authorization === undefined || name === undefined || name === '') return undefined;
  return { authorization, name, password: credentials.subarray(second + 1) };
}

/**
 * Whether an authzId (RFC 4513 §5.2.1.8) asks for nobody but the one who logs in as `name`: nobody acts for somebody else here. It is
 * compared as text, so that the answer does not tell who exists.
 */
export function isOwnAuthorization(authorization: string, name: string): boolean {
  const asked = authorization.replace(/^(?:dn|u):/i, '');
  return asked === '' || asked.toLowerCase() === name.toLowerCase();
}

/** Octets as UTF-8; undefined when they are none. */
export function toText(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}
