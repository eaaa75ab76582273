import { attributeTypes } from './attributes.ts';
import { sizeOfTlv, tag, writeHeader } from './ber.ts';
import { encodedNames } from './record-writer.ts';
import type { RecordReader, RecordShape } from './records.ts';
import type { Wanted } from './selections.ts';
import type { Selection } from './snapshot.ts';

/** Each attribute type as a PartialAttribute without values, by id: what typesOnly answers. */
export const bareAttributes: readonly Uint8Array[] = encodedNames.map((name) => {
  const bare = new Uint8Array(sizeOfTlv(name.length + 2));
  const at = writeHeader(bare, 0, tag.sequence, name.length + 2);
  bare.set(name, at);
  writeHeader(bare, at + name.length, tag.set, 0);
  return bare;
});

const allUserAttributes = Uint8Array.from(attributeTypes, ({ operational }) => (operational ? 0 : 1));

/** Octets of the SearchResultEntry with a selection of attributes: see {@link writeSelected}. */
export function sizeOfSelected(records: RecordReader, id: number, selection: Selection): number {
  if (isWholeCopy(selection)) return records.sizeWithUserAttributes(id);
  const shape = records.shapeOf(id);
  return sizeOfTlv(sizeOfContent(shape, sizeOfList(records, id, shape, selection)));
}

/** Copies the SearchResultEntry with a selection of attributes into `target` at `offset`; gives the offset behind it. */
export function writeSelected(
  records: RecordReader,
  id: number,
  selection: Selection,
  target: Uint8Array,
  offset: number,
): number {
  const { octets } = records;
  if (isWholeCopy(selection)) {
    const start = records.bodyStart(id);
    const size = records.sizeWithUserAttributes(id);
    checkRoom(target, offset, size);
    return offset + octets.copy(target, offset, start, start + size);
  }
  const shape = records.shapeOf(id);
  const body = records.bodyOf(id, shape);
  const listSize = sizeOfList(records, id, shape, selection);
  const contentSize = sizeOfContent(shape, listSize);
  checkRoom(target, offset, sizeOfTlv(contentSize));
  let at = writeHeader(target, offset, tag.searchResultEntry, contentSize);
  at = copyOctets(octets, body + shape.dnStart, body + shape.dnEnd, target, at);
  at = writeHeader(target, at, tag.sequence, listSize);
  const mask = maskOf(selection);
  const types = body - shape.attributeCount;
  for (let index = 0; index < shape.attributeCount; index++) {
    const type = octets[types + index] ?? 0;
    if (mask[type] !== 1) continue;
    if (selection.typesOnly) {
      for (const octet of bareAttributes[type] ?? []) target[at++] = octet;
      continue;
    }
    const start = body + records.endAt(id, index - 1, shape);
    while (index + 1 < shape.attributeCount && mask[octets[types + index + 1] ?? 0] === 1) index++;
    at = copyOctets(octets, start, body + records.endAt(id, index, shape), target, at);
  }
  return at;
}

function checkRoom(target: Uint8Array, offset: number, size: number): void {
  if (offset + size > target.length) throw new RangeError(`an entry of ${size} octets does not fit`);
}

/** Fewer octets than this are copied one by one as quickly as a call of the runtime begins. */
const shortCopy = 48;

function copyOctets(source: Buffer, start: number, end: number, target: Uint8Array, offset: number): number {
  if (end - start > shortCopy) return offset + source.copy(target, offset, start, end);
  let at = offset;
  for (let from = start; from < end; from++) target[at++] = source[from] ?? 0;
  return at;
}

function sizeOfList(records: RecordReader, id: number, shape: RecordShape, selection: Selection): number {
  const mask = maskOf(selection);
  const types = records.bodyOf(id, shape) - shape.attributeCount;
  let size = 0;
  for (let index = 0; index < shape.attributeCount; index++) {
    const type = records.octets[types + index] ?? 0;
    if (mask[type] !== 1) continue;
    if (selection.typesOnly) size += bareAttributes[type]?.length ?? 0;
    else size += records.endAt(id, index, shape) - records.endAt(id, index - 1, shape);
  }
  return size;
}

function sizeOfContent({ dnStart, dnEnd }: RecordShape, listSize: number): number {
  return dnEnd - dnStart + sizeOfTlv(listSize);
}

function isWholeCopy({ typesOnly, wanted }: Selection): boolean {
  return !typesOnly && wanted === 'user-attributes';
}

/** By id of type: 1 = wanted. */
export function maskOf({ wanted }: Selection): Uint8Array {
  return wanted === 'user-attributes' ? allUserAttributes : (wanted as Exclude<Wanted, string>);
}
