/** What an account is. The position is the number on the wire (`accounttype`). */
export const accountTypes = [
  'user',
  'mailing_list',
  'executable',
  'notification',
  'static_route',
  'catalog',
  'list_server',
  'group',
  'resource',
] as const;
export type AccountType = (typeof accountTypes)[number];

/** What a domain is. The position is the number on the wire (`domaintype`). */
export const domainTypes = ['standard', 'etrn', 'alias', 'backup', 'distributed', 'service'] as const;
export type DomainType = (typeof domainTypes)[number];

/** `U_AccountDisabled` in words. The position is the number on the wire. */
export const accountStates = ['enabled', 'disabled', 'disabled_no_mail', 'disabled_tarpit', 'domain_disabled'] as const;
export type AccountState = (typeof accountStates)[number];

/** Administration rights. The position is the number on the wire (`admintype`). */
export const adminTypes = ['none', 'administrator', 'domain_administrator', 'web_administrator'] as const;
export type AdminType = (typeof adminTypes)[number];

/** `U_AuthMode` in words. The position is the number on the wire. */
export const authModes = ['standard', 'nt', 'directory', 'any_password'] as const;
export type AuthMode = (typeof authModes)[number];

/** `M_SendAllLists` in words. The position is the number on the wire. */
export const listAudiences = [
  'members',
  'domain_users',
  'all_users',
  'domain_administrators',
  'administrators',
  'odbc',
] as const;
export type ListAudience = (typeof listAudiences)[number];

/** The second factor of an account. */
export interface SecondFactor {
  /** TOTP secret, base32 (RFC 4648 §6); codes by RFC 6238 with SHA-1, 6 digits, 30 s. */
  readonly secret: string;
  /** A code that is always accepted, for demonstrations; empty = none. */
  readonly fixedCode: string;
}

/** One account of a simulated company. Passwords here are made up for demonstrations and tests, never anybody's own. */
export interface Account {
  /** Primary address as the lists give it, in the spelling of the company file. */
  readonly address: string;
  readonly type: AccountType;
  /** Name in the lists and `U_Name`. */
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  /** Leaves of `A_VCard` that differ from given name and surname; `null` = the account has no card. */
  readonly card: Readonly<Record<string, string>> | null;
  readonly password: string;
  /** Local parts or addresses; bracketed patterns such as `[sales]` are listed but match nothing. */
  readonly aliases: readonly string[];
  readonly state: AccountState;
  readonly blocked: boolean;
  readonly secondFactor: SecondFactor | null;
  readonly passwordExpired: boolean;
  /** `yyyy/mm/dd`, the last valid day (UTC); empty = the account never expires. */
  readonly validTill: string;
  readonly admin: AdminType;
  /** Domains a domain administrator may see beside the own one. */
  readonly administers: readonly string[];
  readonly guest: boolean;
  /** `U_Mailbox` when it is not the local part (guests: the outside address); empty = the local part. */
  readonly mailbox: string;
  /** `directory`: the password here stands for the one that the directory would accept. */
  readonly authMode: AuthMode;
  /** `U_AuthModeValue`: the domain or host asked for the password in another mode. */
  readonly authModeValue: string;
  /** IP addresses and networks the account is open to, when the server restricts accounts; empty = everywhere. */
  readonly sources: readonly string[];
  readonly comment: string;
  readonly phone: string;
  /** `yyyy/mm/dd`; empty = the server does not know. */
  readonly created: string;
  readonly passwordChanged: string;
  /** Unix time in seconds; 0 = never. */
  readonly lastLogin: number;
  /** Groups and mailing lists: addresses, `[domain]`, other groups; unchecked, as in the original. */
  readonly members: readonly string[];
  readonly audience: ListAudience;
  /** Names of properties that nobody may read (right 0). */
  readonly unreadable: readonly string[];
}

/** What an account has when its file says nothing. Shared, so that large companies stay small in memory. */
export const blankAccount: Account = {
  address: '',
  type: 'user',
  displayName: '',
  givenName: '',
  surname: '',
  card: {},
  password: '',
  aliases: [],
  state: 'enabled',
  blocked: false,
  secondFactor: null,
  passwordExpired: false,
  validTill: '',
  admin: 'none',
  administers: [],
  guest: false,
  mailbox: '',
  authMode: 'standard',
  authModeValue: '',
  sources: [],
  comment: '',
  phone: '',
  created: '',
  passwordChanged: '',
  lastLogin: 0,
  members: [],
  audience: 'members',
  unreadable: [],
};

/** One mail domain of a simulated company. */
export interface Domain {
  readonly name: string;
  readonly type: DomainType;
  readonly description: string;
  /** Other names of the domain (`D_Aliases`). */
  readonly aliases: readonly string[];
  /** The domain that a domain of type `alias` stands for; empty otherwise. */
  readonly target: string;
  readonly loginDisabled: boolean;
  /** `yyyy/mm/dd`, the last valid day (UTC); empty = never. */
  readonly expiresOn: string;
  /** Whether the built-in group `public-folders@…` exists. Standard domains only. */
  readonly publicFolders: boolean;
}

export const blankDomain: Domain = {
  name: '',
  type: 'standard',
  description: '',
  aliases: [],
  target: '',
  loginDisabled: false,
  expiresOn: '',
  publicFolders: true,
};

/** Where builds of the original differ, so that a client can be tried against both. */
export interface Dialect {
  /** An empty list comes as `<result/>`, without offset and overallcount. */
  readonly bareEmptyLists: boolean;
  /** Old builds: account lists without `accountstate` and `displayemail`, a negative `accountcount`. */
  readonly oldLists: boolean;
  /** What stands between the names in `D_Aliases`. */
  readonly aliasSeparator: 'semicolon' | 'newline';
  /** Replies without white space between elements. */
  readonly compact: boolean;
  /**
   * What a right password gets while the account is blocked is not known. false: an error that nobody knows, at once;
   * true: the answer to a wrong password, held back like it.
   */
  readonly blockedAsInvalid: boolean;
  /** Whether failures in a row are forgotten after a block period without one, or only with a right password. */
  readonly failuresExpire: boolean;
}

/** The server itself. */
export interface ServerSettings {
  /** `C_…` properties beyond the defaults, as text. */
  readonly settings: Readonly<Record<string, string>>;
  /** An evaluation that ran out: every administration command answers `license_evaluation`. */
  readonly unlicensed: boolean;
  readonly dialect: Dialect;
}

export const blankServer: ServerSettings = {
  settings: {},
  unlicensed: false,
  dialect: {
    bareEmptyLists: false,
    oldLists: false,
    aliasSeparator: 'semicolon',
    compact: false,
    blockedAsInvalid: false,
    failuresExpire: true,
  },
};

/** A company as data: what a company file holds. */
export interface CompanyData {
  readonly server: ServerSettings;
  readonly domains: readonly Domain[];
  readonly accounts: readonly Account[];
}
