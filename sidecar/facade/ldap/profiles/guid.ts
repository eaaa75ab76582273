import type { DerivedAttribute } from '../../../directory/shape.ts';
import { deriveValue, readStored } from './derive.ts';

/** `objectGUID`: the entryUUID as the 16 octets that Active Directory stores (MS-DTYP §2.3.4: the first three parts low octet first). */
export function deriveGuid(): DerivedAttribute {
  return deriveValue({
    name: 'objectGUID',
    kinds: ['user', 'group'],
    valuesOf: ({ id, snapshot }) => readStored(snapshot, id, 'entryUUID').map(toGuid),
    find(value, order) {
      if (order !== 'equal') return undefined;
      if (value.length !== 16) return { kind: 'or', filters: [] };
      return { kind: 'equal', attribute: 'entryUUID', value: Buffer.from(fromGuid(value)) };
    },
  });
}

function toGuid(uuid: string): Buffer {
  return swap(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

function fromGuid(guid: Uint8Array): string {
  return swap(Buffer.from(guid))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function swap(octets: Buffer): Buffer {
  octets.subarray(0, 4).swap32();
  octets.subarray(4, 8).swap16();
  return octets;
}
