import { unexpectedReply } from './api-errors.ts';
import { printable } from './http-api.ts';
import type { ReadCommand } from './read-commands.ts';
import { ReplyFault } from './reply-fault.ts';
import type { ReplyRecord, ReplyValue } from './reply-xml.ts';

/** The leaves of TAccountCard and TAccountName that make a name. */
export interface NameParts {
  readonly given: string;
  readonly surname: string;
  /** "Display as" of the card. */
  readonly display: string;
}

/**
 * The properties of one account or domain as the server gave them; names are compared without case.
 *
 * Everywhere undefined means *not readable*: the session has no right, or the server left the property out. That is
 * not the same as empty, which is `''` or `[]`. A value of a class that makes no sense for the property rejects with
 * `upstream_unavailable`.
 */
export interface Properties {
  text(name: string): string | undefined;
  /** Items of a list, or of its older form: one text separated by `;` or line breaks. */
  list(name: string): readonly string[] | undefined;
  /** A structured name (card or account name); empty parts when it is unset. */
  nameParts(name: string): NameParts | undefined;
}

/** A value that the server gave. `classname` is in lower case. */
interface GivenValue {
  readonly classname: string;
  readonly leaves: ReplyRecord;
  readonly right: number | undefined;
}

const noLeaves: ReplyRecord = Object.freeze({});
const noName: NameParts = { given: '', surname: '', display: '' };

/**
 * The properties out of a result; `about` names the account or domain in messages. Rejects with `upstream_unavailable`
 * when the result is no list of properties. Checked by hand, for this is done once for every account of a server: a
 * schema takes ten times as long.
 */
export function toProperties(result: ReplyValue, command: ReadCommand, about: string): Properties {
  const given = new Map<string, GivenValue>();
  for (const [place, item] of itemsOf(result, command, about).entries()) {
    const refuse = (what: string) => unexpectedReply(command, about, `item/${place}/${what}`);
    if (typeof item === 'string') throw refuse('apiproperty: missing');
    const name = isRecord(item.apiproperty) ? item.apiproperty.propname : undefined;
    if (typeof name !== 'string' || name === '') throw refuse('apiproperty/propname: expected a name');
    given.set(name.toLowerCase(), toGivenValue(item, refuse));
  }

  function read(name: string): GivenValue | 'unset' | undefined {
    const value = given.get(name.toLowerCase());
    if (value === undefined) return undefined;
    const { classname, leaves, right } = value;
    const isEmpty = classname === 'tpropertynovalue' || (classname === 'tpropertystring' && (leaves.val ?? '') === '');
    if (!isEmpty) return value;
    // The server gives no value both for an unset property and for a missing right; the right tells them apart.
    if (right === 0 || (right === undefined && classname === 'tpropertynovalue')) return undefined;
    return 'unset';
  }

  function unexpected(name: string, { classname }: GivenValue): ReplyFault {
    const what = `IceWarp gives ${name} of ${about} in an unexpected form`;
    return new ReplyFault('upstream_unavailable', `${what} (${printable(classname)})`);
  }

  function leaf(name: string, value: GivenValue, key: string): string {
    const text = value.leaves[key] ?? '';
    if (typeof text !== 'string') throw unexpected(name, value);
    return text;
  }

  return {
    text(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? '' : undefined;
      if (value.classname !== 'tpropertystring') throw unexpected(name, value);
      return leaf(name, value, 'val');
    },
    list(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? [] : undefined;
      if (value.classname === 'tpropertystring') return splitItems(leaf(name, value, 'val'));
      const items = value.classname === 'tpropertystringlist' ? listItems(value.leaves.val ?? '') : undefined;
      if (items === undefined) throw unexpected(name, value);
      return items;
    },
    nameParts(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? noName : undefined;
      const text = (key: string): string => leaf(name, value, key);
      if (value.classname === 'taccountname') return { given: text('name'), surname: text('surname'), display: '' };
      if (value.classname === 'taccountcard') {
        return { given: text('firstname'), surname: text('lastname'), display: text('fileas') };
      }
      throw unexpected(name, value);
    },
  };
}

function itemsOf(result: ReplyValue, command: ReadCommand, about: string): readonly ReplyValue[] {
  if (typeof result !== 'string') return Array.isArray(result.item) ? result.item : [];
  if (isBlank(result)) return [];
  throw unexpectedReply(command, about, 'result: expected properties');
}

function toGivenValue(item: ReplyRecord, refuse: (what: string) => ReplyFault): GivenValue {
  const { propertyval, propertyright = '' } = item;
  const leaves = typeof propertyval === 'string' && isBlank(propertyval) ? noLeaves : propertyval;
  if (!isRecord(leaves)) throw refuse('propertyval: expected a value');
  const { classname = 'TPropertyNoValue' } = leaves;
  if (typeof classname !== 'string') throw refuse('propertyval/classname: expected a name');
  if (typeof propertyright !== 'string') throw refuse('propertyright: expected a number');
  const isMissing = isBlank(propertyright);
  if (!isMissing && !/^-?[0-9]{1,9}$/.test(propertyright)) throw refuse('propertyright: expected a number');
  return { classname: classname.toLowerCase(), leaves, right: isMissing ? undefined : Number(propertyright) };
}

/** The texts of a string list; undefined when it is none. */
function listItems(val: ReplyValue | readonly ReplyValue[]): readonly string[] | undefined {
  if (typeof val === 'string') return isBlank(val) ? [] : undefined;
  const items = isRecord(val) ? (val.item ?? []) : undefined;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return undefined;
  return items;
}

function isRecord(value: ReplyValue | readonly ReplyValue[] | undefined): value is ReplyRecord {
  return typeof value === 'object' && !Array.isArray(value);
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** What to reject with when a property that decides something is not readable. */
export function unreadable(name: string, about: string): ReplyFault {
  const remedy = 'give the service account the right to read it (a full administrator has it)';
  return new ReplyFault('forbidden', `IceWarp does not give ${name} of ${about}; ${remedy}`);
}

/** Parts of a text separated by `;` or line breaks, trimmed, without the empty ones. */
export function splitItems(list: string): readonly string[] {
  return list
    .split(/[;\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
