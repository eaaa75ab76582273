import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Directory } from '../../../sidecar/core/model.ts';
import { toNumber } from '../../../sidecar/core/numeric-ids.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { createProfileFacts, usualPosixSettings } from '../../../sidecar/facade/ldap/profiles/facts.ts';
import { profiles } from '../../../sidecar/facade/ldap/profiles/profile-named.ts';
import { createSights } from '../../../sidecar/facade/ldap/sight.ts';
import { evaluate, type Kind, oracleAttributes } from '../../unit/directory/oracle.ts';
import { directories } from '../../unit/directory/overlay-edits.ts';
import { and, everything, not, or, present, publishedAt, readEntry } from '../../unit/directory/reading.ts';

const derivedKinds: Readonly<Record<string, Kind>> = {
  ...{ uidnumber: 'integer', gidnumber: 'integer', gecos: 'text', homedirectory: 'text', loginshell: 'text' },
  ...{ memberuid: 'text', distinguishedname: 'dn', mailacceptinggeneralid: 'text', maildrop: 'text' },
};
/** Values of these are asked for whole alone. */
const wholeOnly = new Set(['uidnumber', 'homedirectory', 'memberuid', 'distinguishedname', 'maildrop']);
const kinds = { ...oracleAttributes, ...derivedKinds };

interface Plan {
  readonly attribute: string;
  readonly kind: 'present' | 'equal' | 'greaterOrEqual' | 'lessOrEqual' | 'substring';
  readonly place: number;
  readonly way: number;
}
const attributes = ['objectClass', 'uid', 'cn', 'sn', 'member', 'userAccountControl', 'accountEnabled'];
const plans = fc.array(
  fc.record<Plan>({
    attribute: fc.constantFrom(...attributes, ...Object.keys(derivedKinds), ...Object.keys(derivedKinds)),
    kind: fc.constantFrom('present', 'equal', 'equal', 'equal', 'greaterOrEqual', 'lessOrEqual', 'substring'),
    place: fc.nat(1000),
    way: fc.nat(4),
  }),
  { minLength: 60, maxLength: 60 },
);

function toItem({ attribute, kind, place }: Plan, values: ReadonlyMap<string, readonly string[]>): Filter {
  const own = values.get(attribute.toLowerCase()) ?? [];
  // Now and then a value of another attribute, and one that nobody has.
  const pool = place % 7 === 0 ? [...values.values()].flat() : [...own, 'nobody', '1900000000'];
  const value = Buffer.from(pool[place % pool.length] ?? 'x');
  if (kind === 'present') return present(attribute);
  if (kind === 'substring')
    return {
      kind,
      attribute,
      initial: Buffer.from([...String(value)].slice(0, 2).join('')),
      any: [],
      final: undefined,
    };
  return { kind, attribute, value };
}

function isAskable({ attribute, kind }: Plan): boolean {
  const name = attribute.toLowerCase();
  if (name === 'cn' || name === 'uid') return kind === 'present' || kind === 'equal';
  // The oracle knows another order of text, and none of some values' parts.
  if (kind === 'greaterOrEqual' || kind === 'lessOrEqual') return kinds[name] === 'integer';
  return kind !== 'substring' || !wholeOnly.has(name);
}

function lookThrough(directory: Directory, profile: string): Snapshot {
  const ids = [...directory.users.keys(), ...directory.groups.keys()];
  // Numbers that are not those that the UUIDs lead to.
  const toKept = (id: string, place: number) => ({ id, number: toNumber(id, usualPosixSettings.range) + 77 - place });
  const keptNumbers = ids.slice(0, 2).map(toKept);
  const snapshot = openSnapshot(buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt, keptNumbers }));
  const facts = createProfileFacts(usualPosixSettings);
  const identity = { kind: 'service', name: 'x', secretId: '' } as const;
  const session = {
    ...{ identity, profile, isConfidential: true, clientAddress: '', listener: 'ldap', diagnostics: 'none' as const },
    ...{ isEncrypted: false, offersStartTls: false, certificateSubject: undefined },
  };
  return createSights(() => undefined, facts).lookAt(snapshot, session).snapshot;
}

describe('a profile', () => {
  for (const { name, hidden = [] } of profiles) {
    it(`${name} finds by a filter the entries that it shows so`, () => {
      const gone = new Set(hidden.map((attribute) => attribute.toLowerCase()));
      const known = Object.fromEntries(Object.entries(kinds).filter(([attribute]) => !gone.has(attribute)));
      const check = fc.property(directories, plans, (directory, wishes) => {
        const shown = lookThrough(directory, name);
        const entries = [...shown.search(0, 'sub', and(), everything)].map((id) => readEntry(shown, id));
        const values = new Map<string, string[]>();
        for (const { attributes: own } of entries) {
          for (const [attribute, list] of own) {
            const key = attribute.toLowerCase();
            values.set(key, [...(values.get(key) ?? []), ...list]);
          }
        }
        for (const wish of wishes.filter(isAskable)) {
          const item = toItem(wish, values);
          const filters = [
            item,
            not(item),
            and(not(item), present('objectClass')),
            or(item, not(present('cn'))),
            and(item),
          ];
          const filter = filters[wish.way] ?? item;
          const expected = entries.filter((entry) => evaluate(filter, entry, known) === true).map(({ dn }) => dn);
          const found = [...shown.search(0, 'sub', filter, everything)].map((id) => shown.dnOf(id));
          assert.deepEqual(found, expected, JSON.stringify({ ...wish, filter: describeFilter(filter) }));
        }
      });
      fc.assert(check, { numRuns: Number(process.env.LDAP_PROFILE_RUNS ?? 12), endOnFailure: true });
    });
  }
});

function describeFilter(filter: Filter): string {
  return JSON.stringify(filter, (_, part) => (part?.type === 'Buffer' ? Buffer.from(part.data).toString() : part));
}
