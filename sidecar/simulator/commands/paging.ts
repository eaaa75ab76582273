import type { Dialect } from '../company/model.ts';
import { ApiError, textOf } from '../wire/envelope.ts';
import type { XmlElement } from '../wire/xml-reader.ts';
import { leaf } from '../wire/xml-writer.ts';

/** Most items of one reply, whatever the client asks for. */
const maxCount = 10_000;

/**
 * Writes one page of a list: items, offset, overallcount. What an absent `count` or 0 means is not known: no items here,
 * with the true overallcount, so that a client which does not page is seen to miss everything.
 */
export function writePage<T>(
  list: readonly T[],
  params: XmlElement | undefined,
  dialect: Dialect,
  writeItem: (item: T) => string,
): string {
  const offset = readNumber(params, 'offset');
  const count = Math.min(readNumber(params, 'count'), maxCount);
  let content = '';
  for (let index = offset; index < Math.min(offset + count, list.length); index++) {
    const item = list[index];
    if (item !== undefined) content += `<item>\n${writeItem(item)}</item>\n`;
  }
  if (list.length === 0 && dialect.bareEmptyLists) return '';
  return content + leaf('offset', offset) + leaf('overallcount', list.length);
}

/** A number of a request; absent or empty = 0. The uid for what is no number is made up. */
export function readNumber(params: XmlElement | undefined, name: string): number {
  return readMask(params, name) ?? 0;
}

/** A number of a filter; undefined when there is none, which means everything. */
export function readMask(params: XmlElement | undefined, name: string): number | undefined {
  const text = textOf(params, name);
  if (text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new ApiError(`simulator_${name}_invalid`);
  return Number(text);
}
