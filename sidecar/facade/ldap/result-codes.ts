/** The result codes of RFC 4511 §4.1.9, and one beside, that this server answers with. */
export const ResultCode = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  authMethodNotSupported: 7,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  saslBindInProgress: 14,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDNSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  entryAlreadyExists: 68,
  other: 80,
  /** RFC 4528 §3. */
  assertionFailed: 122,
} as const;

export type ResultCode = (typeof ResultCode)[keyof typeof ResultCode];

/** How an operation ends. `message` is the diagnosticMessage: the client reads it. */
export interface LdapResult {
  readonly code: ResultCode;
  readonly message: string;
  readonly matchedDn?: string;
}

/** Ends the operation at hand with a result. Its message is meant for the client. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: ResultCode;
  readonly matchedDn: string;

  constructor(code: ResultCode, message: string, matchedDn = '') {
    super(message);
    this.code = code;
    this.matchedDn = matchedDn;
  }
}

/** What came is no LDAP message: the session ends with a Notice of Disconnection (RFC 4511 §4.1.1). */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
}
