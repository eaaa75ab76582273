import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { DecodedEntry } from './ber-decoder.ts';

/**
 * A second, naive reading of RFC 4511 §4.5.1.7 on plain entries: no index, no shared code with the product. It knows the
 * attributes that {@link oracleAttributes} lists and values in the spellings the tests use.
 */
type Truth = boolean | undefined;
export type Kind = 'text' | 'dn' | 'class' | 'uuid' | 'time' | 'integer' | 'boolean';

export const oracleAttributes: Readonly<Record<string, Kind>> = {
  ...{ objectclass: 'class', structuralobjectclass: 'class', uid: 'text', cn: 'text', sn: 'text', givenname: 'text' },
  ...{
    displayname: 'text',
    mail: 'text',
    mailalternateaddress: 'text',
    proxyaddresses: 'text',
    samaccountname: 'text',
  },
  ...{ userprincipalname: 'text', description: 'text', ou: 'text', o: 'text', member: 'dn', memberof: 'dn' },
  ...{
    entrydn: 'dn',
    entryuuid: 'uuid',
    createtimestamp: 'time',
    modifytimestamp: 'time',
    useraccountcontrol: 'integer',
  },
  ...{ accountenabled: 'boolean', hassubordinates: 'boolean' },
};
const classes = [
  'top',
  'person',
  'organizationalperson',
  'inetorgperson',
  'icewarpaccount',
  'groupofnames',
  'icewarpgroup',
];
const foreignClasses = ['computer', 'posixaccount', 'posixgroup', 'user', 'group'];
const knownClasses = new Set([...classes, 'organization', 'organizationalunit', ...foreignClasses]);

const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');

function normalise(kind: Kind, text: string): string | number | undefined {
  switch (kind) {
    case 'text':
      return text === '' ? undefined : fold(text).trim() || ' ';
    case 'dn':
      return text === '' || /^\w+=/.test(text.trim())
        ? fold(text)
            .replace(/ *([,=]) */g, '$1')
            .trim()
        : undefined;
    case 'class':
      return knownClasses.has(text.toLowerCase()) ? text.toLowerCase() : undefined;
    case 'uuid':
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
    case 'time': {
      const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\.0)?Z$/.exec(text);
      return match === null
        ? undefined
        : Number(
            match
              .slice(1, 7)
              .map((part) => part ?? '00')
              .join(''),
          );
    }
    case 'integer':
      return /^-?(0|[1-9]\d*)$/.test(text) && text !== '-0' ? Number(text) : undefined;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
  }
}

function valuesOf(entry: DecodedEntry, attribute: string): readonly string[] {
  for (const [name, values] of entry.attributes) if (name.toLowerCase() === attribute.toLowerCase()) return values;
  return [];
}

/** `kinds`: the attributes that are there, by their names in lower case. */
export function evaluate(filter: Filter, entry: DecodedEntry, kinds = oracleAttributes): Truth {
  const kindOf = (attribute: string) => kinds[attribute.toLowerCase()];
  switch (filter.kind) {
    case 'not': {
      const truth = evaluate(filter.filter, entry, kinds);
      return truth === undefined ? undefined : !truth;
    }
    case 'and':
    case 'or': {
      const truths = filter.filters.map((child) => evaluate(child, entry, kinds));
      const decisive = filter.kind === 'or';
      if (truths.includes(decisive)) return decisive;
      return truths.includes(undefined) ? undefined : !decisive;
    }
    case 'present':
      return kindOf(filter.attribute) === undefined ? undefined : valuesOf(entry, filter.attribute).length > 0;
    case 'equal':
    case 'approx':
    case 'greaterOrEqual':
    case 'lessOrEqual': {
      const kind = kindOf(filter.attribute);
      const wanted = kind === undefined ? undefined : normalise(kind, Buffer.from(filter.value).toString());
      if (kind === undefined || wanted === undefined) return undefined;
      const isOrder = filter.kind === 'greaterOrEqual' || filter.kind === 'lessOrEqual';
      if (isOrder && ['dn', 'class', 'boolean'].includes(kind)) return undefined;
      return valuesOf(entry, filter.attribute).some((value) => {
        const own = normalise(kind, value);
        const order = compare(own ?? '', wanted);
        if (filter.kind === 'greaterOrEqual') return order >= 0;
        return filter.kind === 'lessOrEqual' ? order <= 0 : order === 0;
      });
    }
    case 'substring': {
      if (kindOf(filter.attribute) !== 'text') return undefined;
      const text = (piece: Uint8Array | undefined) => fold(Buffer.from(piece ?? []).toString());
      const parts = [text(filter.initial).trimStart(), ...filter.any.map(text), text(filter.final).trimEnd()];
      const pattern = new RegExp(
        `^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`,
        'su',
      );
      return valuesOf(entry, filter.attribute).some((value) => pattern.test(String(normalise('text', value))));
    }
    case 'extensible':
      throw new Error('not known to the oracle');
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
