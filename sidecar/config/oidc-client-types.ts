import { resolve } from 'node:path';
import { checkOidcClient } from '../core/oidc-clients/check-client.ts';
import type { OidcClient, OidcClientInput } from '../core/oidc-clients/client.ts';
import type { Secret } from '../core/secret.ts';
import { quote } from './faults.ts';
import { readJsonText } from './json-raw.ts';
import { didYouMean } from './nearest.ts';
import type { Raw, RawEntry } from './raw.ts';
import { parseSecret, readValueFile } from './secret-types.ts';
import { type Printable, parseOneText, type Report, type SettingType } from './setting-types.ts';

/** A client of the configuration. */
export interface ConfiguredClient {
  readonly client: OidcClient;
  /** Undefined for a public client. */
  readonly secret: Secret | undefined;
}

const maxClients = 100;
/** How the properties are called in a file, and in the program. */
const properties: Readonly<Record<string, keyof OidcClient>> = {
  id: 'id',
  name: 'name',
  redirectUris: 'redirectUris',
  postLogoutRedirectUris: 'postLogoutRedirectUris',
  backchannelLogoutUri: 'backchannelLogoutUri',
  public: 'isPublic',
  firstParty: 'isFirstParty',
  clientCredentials: 'clientCredentials',
  require: 'require',
  groups: 'groups',
  claimNames: 'claimNames',
  idTokenAlgorithm: 'idTokenAlgorithm',
  twoFactor: 'twoFactor',
};
const secretKeys = ['secret', 'secretFile'];
const knownKeys = [...Object.keys(properties), ...secretKeys];

/** OIDC clients: in YAML a list of sections, in the environment a JSON array of objects. */
export const oidcClientList: SettingType<readonly ConfiguredClient[]> = {
  label: 'list of clients, each with `id`, `redirectUris` and `secret` or `secretFile` (or `public: true`)',
  placeholder: 'JSON',
  secret: true,
  parse(raw, report, folder) {
    const list = readJsonText(
      raw,
      report,
      '[{"id":"wiki","redirectUris":["https://wiki.example.com/callback"],"secretFile":"/run/secrets/wiki"}]',
    );
    if (list === undefined || list.kind === 'reported') return undefined;
    if (list.kind !== 'list' || list.items.length > maxClients) {
      report(list.at, `write a list of at most ${maxClients} clients, each with id, redirectUris and secretFile`);
      return undefined;
    }
    const clients = list.items.map((item, index) => parseClient(item, `[${index}]`, report, folder));
    const usable = clients.filter((client) => client !== undefined);
    if (usable.length < clients.length) return undefined;
    const doubles = usable.filter(
      ({ client }, index) => usable.findIndex((other) => other.client.id === client.id) < index,
    );
    for (const { client } of doubles) report(list.at, `the client ${quote(client.id)} is there twice`);
    return doubles.length > 0 ? undefined : usable;
  },
  print: (clients) => clients.map(printClient),
};

function printClient({ client, secret }: ConfiguredClient): Printable {
  const written = Object.entries(properties).map(([key, property]) => [key, client[property]]);
  const given = Object.fromEntries(written.filter(([, value]) => value !== undefined)) as { [key: string]: Printable };
  return secret === undefined ? given : { ...given, secret: secret.toString() };
}

function parseClient(raw: Raw, part: string, report: Report, folder: string): ConfiguredClient | undefined {
  if (raw.kind === 'reported') return undefined;
  if (raw.kind !== 'map') {
    report(raw.at, 'is no client; write id, redirectUris and secretFile', part);
    return undefined;
  }
  const known = new Map<string, RawEntry>();
  let sound = true;
  for (const entry of raw.entries) {
    known.set(entry.key, entry);
    if (knownKeys.includes(entry.key)) continue;
    report(entry.keyAt, `unknown key${didYouMean(entry.key, knownKeys)}`, `${part}.${entry.key.slice(0, 60)}`);
    sound = false;
  }
  const input: OidcClientInput = Object.fromEntries(
    [...known].flatMap(([key, entry]) =>
      properties[key] === undefined ? [] : [[properties[key], toValue(entry.value)]],
    ),
  );
  const { client, faults } = checkOidcClient(input);
  for (const { property, fault } of faults ?? []) {
    const [name = ''] = /^\w+/.exec(property) ?? [];
    const key = Object.keys(properties).find((each) => properties[each] === name) ?? name;
    report(known.get(key)?.value.at ?? raw.at, fault, `${part}.${key}${property.slice(name.length)}`);
  }
  const secret = parseClientSecret(raw.at, known, client, part, report, folder);
  return sound && client !== undefined && secret !== undefined ? { client, secret: secret || undefined } : undefined;
}

/** Undefined = reported; false = there is none and none is wanted. */
function parseClientSecret(
  at: string,
  known: ReadonlyMap<string, RawEntry>,
  client: OidcClient | undefined,
  part: string,
  report: Report,
  folder: string,
): Secret | false | undefined {
  const secret = known.get('secret')?.value;
  const file = known.get('secretFile')?.value;
  if (client?.isPublic === true) {
    if (secret === undefined && file === undefined) return false;
    report(at, 'is public and has a secret; a secret that everybody has is none: leave one of them out', part);
    return undefined;
  }
  if (secret !== undefined && file === undefined) {
    return parseOneText(secret, report, 'secret', parseSecret, `${part}.secret`);
  }
  if (file !== undefined && secret === undefined) {
    return parseOneText(
      file,
      report,
      'path',
      (path) => {
        const read = readValueFile(resolve(folder, path));
        return 'fault' in read ? read : parseSecret(read.value);
      },
      `${part}.secretFile`,
    );
  }
  const both = secret !== undefined;
  report(
    at,
    `has ${both ? 'both' : 'neither'} secret ${both ? 'and' : 'nor'} secretFile; write one of them, or public: true`,
    part,
  );
  return undefined;
}

function toValue(raw: Raw): unknown {
  switch (raw.kind) {
    case 'text':
      return raw.text === 'true' ? true : raw.text === 'false' ? false : raw.text;
    case 'list':
      return raw.items.map(toValue);
    case 'map':
      return Object.fromEntries(raw.entries.map(({ key, value }) => [key, toValue(value)]));
    default:
      return undefined;
  }
}
