import { type Property, unreadableProperty, writeProperty } from '../properties/values.ts';
import { child, textOf } from '../wire/envelope.ts';
import type { XmlElement } from '../wire/xml-reader.ts';

/** Names in `<LIST><item><propname>`, as written. */
export function readPropertyNames(params: XmlElement | undefined, list: string): string[] {
  const items = child(params, list)?.children.filter((each) => each.name === 'item') ?? [];
  return items.map((item) => textOf(item, 'propname'));
}

/**
 * Writes the properties asked for. What the original answers for a name it does not know is not known either: here it
 * is a property without a value and without a right, one item for every name asked for.
 */
export function writeProperties(names: readonly string[], read: (name: string) => Property | undefined): string {
  let content = '';
  for (const name of names) content += writeProperty(name, read(name) ?? unreadableProperty);
  return content;
}
