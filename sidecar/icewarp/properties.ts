import { z } from 'zod';
import { DomainError } from '../core/errors.ts';
import type { PropertyItem } from './replies.ts';

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

type Value = z.infer<typeof valueSchema>;

const text = z.string().default('');
const none: NameParts = { given: '', surname: '', display: '' };

const items = z.preprocess(
  (value) => (typeof value === 'string' ? {} : value),
  z.object({ item: z.array(z.string()).default([]) }),
);

const valueSchema = z.discriminatedUnion('classname', [
  z.object({ classname: z.literal('tpropertystring'), val: text }),
  z.object({ classname: z.literal('tpropertystringlist'), val: items.default({ item: [] }) }),
  z.object({ classname: z.literal('tpropertynovalue') }),
  z.object({ classname: z.literal('taccountname'), name: text, surname: text }),
  z.object({ classname: z.literal('taccountcard'), firstname: text, lastname: text, fileas: text }),
]);

/** `about` names the account or domain in messages. */
export function toProperties(propertyItems: readonly PropertyItem[], about: string): Properties {
  const byName = new Map(propertyItems.map((item) => [item.apiproperty.propname.toLowerCase(), item]));

  function unexpected(name: string, className: unknown): DomainError {
    const what = `IceWarp gives ${name} of ${about} in an unexpected form`;
    return new DomainError('upstream_unavailable', `${what} (${String(className).slice(0, 60)})`);
  }

  /** The value, `unset`, or undefined when it is not readable. */
  function read(name: string): Value | 'unset' | undefined {
    const item = byName.get(name.toLowerCase());
    if (item === undefined) return undefined;
    const className = item.propertyval.classname.toLowerCase();
    const parsed = valueSchema.safeParse({ ...item.propertyval, classname: className });
    if (!parsed.success) throw unexpected(name, item.propertyval.classname);
    const value = parsed.data;
    const isEmpty =
      value.classname === 'tpropertynovalue' || (value.classname === 'tpropertystring' && value.val === '');
    if (!isEmpty) return value;
    const right = item.propertyright;
    // The server gives no value both for an unset property and for a missing right; the right tells them apart.
    if (right === 0 || (right === undefined && value.classname === 'tpropertynovalue')) return undefined;
    return 'unset';
  }

  return {
    text(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? '' : undefined;
      if (value.classname !== 'tpropertystring') throw unexpected(name, value.classname);
      return value.val;
    },
    list(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? [] : undefined;
      if (value.classname === 'tpropertystringlist') return value.val.item;
      if (value.classname === 'tpropertystring') return splitItems(value.val);
      throw unexpected(name, value.classname);
    },
    nameParts(name) {
      const value = read(name);
      if (value === undefined || value === 'unset') return value === 'unset' ? none : undefined;
      if (value.classname === 'taccountname') return { given: value.name, surname: value.surname, display: '' };
      if (value.classname === 'taccountcard') {
        return { given: value.firstname, surname: value.lastname, display: value.fileas };
      }
      throw unexpected(name, value.classname);
    },
  };
}

/** What to reject with when a property that decides something is not readable. */
export function unreadable(name: string, about: string): DomainError {
  const remedy = 'give the service account the right to read it (a full administrator has it)';
  return new DomainError('forbidden', `IceWarp does not give ${name} of ${about}; ${remedy}`);
}

/** Parts of a text separated by `;` or line breaks, trimmed, without the empty ones. */
export function splitItems(list: string): readonly string[] {
  return list
    .split(/[;\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
