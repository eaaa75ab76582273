import { child, textOf } from '../wire/envelope.ts';
import type { XmlElement } from '../wire/xml-reader.ts';

/** A `propertyval` of a request, read by its class; the names of classes come in any case. */
export type WrittenValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'name'; readonly name: string; readonly surname: string }
  /** Leaves that are not empty, names in lower case. */
  | { readonly kind: 'card'; readonly leaves: Readonly<Record<string, string>> };

/** A property to be written. */
export interface WrittenProperty {
  /** Lower case. */
  readonly name: string;
  /** Undefined for a class that the simulator does not know. */
  readonly value: WrittenValue | undefined;
}

/** The properties in `<LIST><item>`, in their order. */
export function readWrittenProperties(params: XmlElement | undefined, list: string): WrittenProperty[] {
  return itemsOf(child(params, list)).map((item) => ({
    name: textOf(child(item, 'apiproperty'), 'propname').toLowerCase(),
    value: readValue(child(item, 'propertyval')),
  }));
}

/** The texts of a `TPropertyStringList`. */
export function readTextList(value: XmlElement | undefined): string[] {
  return itemsOf(child(value, 'val')).map((item) => item.text);
}

/** The `<item>` elements below an element. */
export function itemsOf(list: XmlElement | undefined): XmlElement[] {
  return list?.children.filter((each) => each.name === 'item') ?? [];
}

function readValue(value: XmlElement | undefined): WrittenValue | undefined {
  switch (textOf(value, 'classname').toLowerCase()) {
    case 'tpropertystring':
      return { kind: 'text', text: textOf(value, 'val') };
    case 'tpropertystringlist':
      return { kind: 'list', items: readTextList(value) };
    case 'taccountname':
      return { kind: 'name', name: textOf(value, 'name'), surname: textOf(value, 'surname') };
    case 'taccountcard': {
      const leaves = value?.children.filter(({ name, text }) => name !== 'classname' && text !== '') ?? [];
      return { kind: 'card', leaves: Object.fromEntries(leaves.map(({ name, text }) => [name.toLowerCase(), text])) };
    }
    default:
      return undefined;
  }
}
