import { findSettingFault } from '../login/policy.ts';
import { isSourceRange } from '../login/sources.ts';
import { CompanyError, createFaultList } from './faults.ts';
import {
  choiceField,
  dateField,
  type Field,
  type FieldTable,
  flagField,
  listField,
  nullableField,
  numberField,
  patternField,
  recordField,
  textField,
  textMapField,
} from './fields.ts';
import {
  type Account,
  accountStates,
  accountTypes,
  adminTypes,
  authModes,
  blankAccount,
  blankDomain,
  blankServer,
  type CompanyData,
  type Dialect,
  type Domain,
  domainTypes,
  listAudiences,
  type SecondFactor,
  type ServerSettings,
} from './model.ts';

const address = patternField(/^[^@\s]+@[^@\s]+$/, 'an address', 320);
// `##internalservicedomain.icewarp.com##` shows that the original is not strict about names of domains.
const domainName = patternField(/^[^@\s[\];,]+$/, 'the name of a domain', 255);
const propertyName = patternField(/^[A-Za-z]+_\w+$/, 'the name of a property', 100);

const sourceRange: Field<string> = (value, path, faults) => {
  if (typeof value === 'string' && isSourceRange(value)) return value;
  faults.add(path, 'must be an IP address, or a network such as 192.0.2.0/24');
  return undefined;
};

const settingTexts = textMapField(/^C_\w+$/i, 'name of a server property');
const settings: Field<ServerSettings['settings']> = (value, path, faults) => {
  const texts = settingTexts(value, path, faults);
  for (const [name, text] of Object.entries(texts ?? {})) {
    const fault = findSettingFault(name, text);
    if (fault !== undefined) faults.add(`${path}.${name}`, fault);
  }
  return texts;
};

const secondFactor: FieldTable<SecondFactor> = {
  secret: patternField(/^[A-Z2-7]{16,128}$/, 'base32 of 16 to 128 letters A–Z and digits 2–7'),
  fixedCode: patternField(/^(\d{6})?$/, 'six digits in quotes'),
};

const accountTable: FieldTable<Account> = {
  address,
  type: choiceField(accountTypes),
  displayName: textField(),
  givenName: textField(),
  surname: textField(),
  card: nullableField(textMapField(/^[a-z][a-z0-9]{0,63}$/, 'leaf of a card')),
  password: textField(),
  aliases: listField(patternField(/^\S+$/, 'a local part or an address', 320), 1_000),
  state: choiceField(accountStates),
  blocked: flagField,
  secondFactor: nullableField(recordField(secondFactor, { secret: '', fixedCode: '' }, ['secret'])),
  passwordExpired: flagField,
  validTill: dateField,
  admin: choiceField(adminTypes),
  administers: listField(domainName, 1_000),
  guest: flagField,
  mailbox: textField(320),
  authMode: choiceField(authModes),
  authModeValue: textField(),
  sources: listField(sourceRange, 1_000),
  comment: textField(10_000),
  phone: textField(),
  created: dateField,
  passwordChanged: dateField,
  lastLogin: numberField(0, 253_402_300_799),
  members: listField(patternField(/./, 'a member', 320), 1_000_000),
  audience: choiceField(listAudiences),
  unreadable: listField(propertyName, 100),
};

const domainTable: FieldTable<Domain> = {
  name: domainName,
  type: choiceField(domainTypes),
  description: textField(),
  aliases: listField(domainName, 1_000),
  target: patternField(/^[^@\s[\];,]*$/, 'the name of a domain, or nothing', 255),
  loginDisabled: flagField,
  expiresOn: dateField,
  publicFolders: flagField,
};

const dialectTable: FieldTable<Dialect> = {
  bareEmptyLists: flagField,
  oldLists: flagField,
  aliasSeparator: choiceField(['semicolon', 'newline']),
  compact: flagField,
  blockedAsInvalid: flagField,
  failuresExpire: flagField,
};

function serverField(base: ServerSettings): Field<ServerSettings> {
  const table: FieldTable<ServerSettings> = {
    settings,
    unlicensed: flagField,
    dialect: recordField(dialectTable, base.dialect),
  };
  return recordField(table, base);
}

const companyField = recordField<CompanyData>(
  {
    server: serverField(blankServer),
    domains: listField(recordField(domainTable, blankDomain, ['name']), 10_000),
    accounts: listField(recordField(accountTable, blankAccount, ['address']), 1_000_000),
  },
  { server: blankServer, domains: [], accounts: [] },
  ['domains', 'accounts'],
);

/** Checks a whole company document. Throws {@link CompanyError} with every fault and its path. */
export function parseCompanyData(value: unknown, subject: string): CompanyData {
  return readWith(companyField, value, subject);
}

/** An account from unchecked data; what is not stated is taken from `base`. Throws {@link CompanyError}. */
export function parseAccount(value: unknown, base?: Account): Account {
  const required = base === undefined ? (['address'] as const) : [];
  return readWith(recordField(accountTable, base ?? blankAccount, required), value, 'account');
}

/** A domain from unchecked data; what is not stated is taken from `base`. Throws {@link CompanyError}. */
export function parseDomain(value: unknown, base?: Domain): Domain {
  return readWith(recordField(domainTable, base ?? blankDomain, base === undefined ? ['name'] : []), value, 'domain');
}

/** Server settings from unchecked data; what is not stated is taken from `base`. Throws {@link CompanyError}. */
export function parseServerSettings(value: unknown, base: ServerSettings): ServerSettings {
  return readWith(serverField(base), value, 'server');
}

function readWith<T>(field: Field<T>, value: unknown, subject: string): T {
  const list = createFaultList();
  const read = field(value, '', list);
  if (read === undefined || list.faults.length > 0) throw new CompanyError(list.faults, subject);
  return read;
}
