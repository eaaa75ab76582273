import { element, leaf } from '../wire/xml-writer.ts';

/** A property of an account, a domain or the server as it is answered. */
export interface Property {
  /** Finished `propertyval` content. */
  readonly value: string;
  /** 0 none, 1 read, 2 read and write. */
  readonly right: 0 | 1 | 2;
}

const noValue = leaf('classname', 'TPropertyNoValue');

/** A property that the session may not read, or that the server does not have. */
export const unreadableProperty: Property = { value: noValue, right: 0 };

/** A structured value that nobody has set. */
export const unsetProperty: Property = { value: noValue, right: 2 };

/** A text; an unset one has an empty `<val/>`. */
export function toStringProperty(text: string | number, right: 1 | 2 = 2): Property {
  return { value: `<classname>TPropertyString</classname>\n${leaf('val', text)}`, right };
}

/** Booleans are 0 and 1. */
export function toFlagProperty(flag: boolean, right: 1 | 2 = 2): Property {
  return toStringProperty(flag ? 1 : 0, right);
}

export function toListProperty(items: readonly string[]): Property {
  const content = element('val', items.map((item) => leaf('item', item)).join(''));
  return { value: `<classname>TPropertyStringList</classname>\n${content}`, right: 2 };
}

/** A value of another class with its leaves. */
export function toStructuredProperty(className: string, leaves: readonly (readonly [string, string])[]): Property {
  const content = leaves.map(([name, text]) => leaf(name, text)).join('');
  return { value: leaf('classname', className) + content, right: 2 };
}

/** One `<item>` of a reply. The name is given back as it was asked for. */
export function writeProperty(name: string, property: Property): string {
  return `<item>\n<apiproperty>\n${leaf('propname', name)}</apiproperty>\n<propertyval>\n${property.value}</propertyval>\n<propertyright>${property.right}</propertyright>\n</item>\n`;
}
