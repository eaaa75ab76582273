import type { ServedEntry } from '../../support/slapd-ldif.ts';

/** What must be served: the tree as it was read first, and every surname since given to an account. */
export interface SoakModel {
  readonly logins: readonly string[];
  /** The account now has this name; the service will serve it some time later. */
  rename(login: string, surname: string): void;
  /** The last name given to each account that has one. */
  readonly lastNames: ReadonlyMap<string, string>;
  /**
   * What is wrong with an entry of an account, in words; undefined when it is right. `seen` is the memory of one connection: a name
   * that was served there must not give way to an older one.
   */
  judge(login: string, entries: readonly ServedEntry[], seen: Map<string, number>): string | undefined;
}

/** Times move and names follow the changes; everything else stays as it was. */
const moving = new Set(['sn', 'displayname', 'cn', 'modifytimestamp']);

export function createSoakModel(entries: readonly ServedEntry[]): SoakModel {
  const fixed = new Map<string, string>();
  const names = new Map<string, string[]>();
  for (const entry of entries) {
    const login = textOf(entry, 'uid');
    if (login === undefined) continue;
    fixed.set(login, toFixedText(entry));
    names.set(login, [textOf(entry, 'sn') ?? '']);
  }
  const lastNames = new Map<string, string>();
  return {
    logins: [...fixed.keys()],
    lastNames,
    rename(login, surname) {
      names.get(login)?.push(surname);
      lastNames.set(login, surname);
    },
    judge(login, found, seen) {
      const [entry] = found;
      if (entry === undefined || found.length !== 1) return `${found.length} entries for ${login}`;
      const fixedNow = toFixedText(entry);
      if (fixedNow !== fixed.get(login)) return `${login} is served as\n${fixedNow}\nnot as\n${fixed.get(login)}`;
      const place = names.get(login)?.lastIndexOf(textOf(entry, 'sn') ?? '') ?? -1;
      if (place < 0) return `${login} never was called ${textOf(entry, 'sn')}`;
      if (place < (seen.get(login) ?? 0)) return `${login} went back to the older name ${textOf(entry, 'sn')}`;
      seen.set(login, place);
      return undefined;
    },
  };
}

export function textOf(entry: ServedEntry, attribute: string): string | undefined {
  return entry.attributes.get(attribute)?.[0]?.toString();
}

function toFixedText({ dn, attributes }: ServedEntry): string {
  const lines = [...attributes]
    .filter(([name]) => !moving.has(name.toLowerCase()))
    .map(([name, values]) => `${name}: ${values.map(String).sort().join(' | ')}`);
  return [dn, ...lines.sort()].join('\n');
}
