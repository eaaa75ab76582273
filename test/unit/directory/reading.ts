import assert from 'node:assert/strict';
import type { View } from '../../../sidecar/core/access.ts';
import type { Directory } from '../../../sidecar/core/model.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import type { Filter } from '../../../sidecar/directory/filter.ts';
import type { Scope, Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { type DecodedEntry, decodeEntry } from './ber-decoder.ts';

export const everything: View = { kind: 'everything' };
export const publishedAt = new Date('2026-05-06T07:08:09.250Z');

/** Builds a snapshot and takes it through a structured clone, as on the way to another thread. */
export function publish(directory: Directory, baseDn = 'o=icewarp'): Snapshot {
  return openSnapshot(structuredClone(buildSnapshot(directory, { baseDn, publishedAt })));
}

/** One entry with the attributes asked for, as it goes over the wire. */
export function readEntry(
  snapshot: Snapshot,
  id: number,
  attributes: readonly string[] = ['*', '+'],
  typesOnly = false,
): DecodedEntry {
  const selection = snapshot.select(attributes, typesOnly);
  const size = snapshot.entrySize(id, selection);
  const target = Buffer.alloc(size + 3, 0xee);
  const end = snapshot.writeEntry(id, selection, target, 3);
  assert.equal(end, target.length, 'entrySize and writeEntry disagree');
  assert.deepEqual([...target.subarray(0, 3)], [0xee, 0xee, 0xee]);
  return decodeEntry(target.subarray(3));
}

/** {@link readEntry} by DN. */
export function readDn(snapshot: Snapshot, dn: string, attributes?: readonly string[]): DecodedEntry {
  const id = snapshot.findDn(dn, everything);
  assert.ok(id !== undefined, `no entry ${dn}`);
  return readEntry(snapshot, id, attributes);
}

/** DNs that a filter finds. */
export function findDns(
  snapshot: Snapshot,
  filter: Filter,
  { base, scope = 'sub', view = everything }: { base?: string; scope?: Scope; view?: View } = {},
): string[] {
  const id = snapshot.findDn(base ?? snapshot.baseDn, view);
  if (id === undefined) return [];
  return [...snapshot.search(id, scope, filter, view)].map((found) => snapshot.dnOf(found));
}

export const equal = (attribute: string, value: string): Filter => ({
  kind: 'equal',
  attribute,
  value: Buffer.from(value),
});
export const atLeast = (attribute: string, value: string): Filter => ({
  kind: 'greaterOrEqual',
  attribute,
  value: Buffer.from(value),
});
export const atMost = (attribute: string, value: string): Filter => ({
  kind: 'lessOrEqual',
  attribute,
  value: Buffer.from(value),
});
export const present = (attribute: string): Filter => ({ kind: 'present', attribute });
export const not = (filter: Filter): Filter => ({ kind: 'not', filter });
export const and = (...filters: Filter[]): Filter => ({ kind: 'and', filters });
export const or = (...filters: Filter[]): Filter => ({ kind: 'or', filters });

/** `pieces('mail', 'a*b*')`: the stars are where anything may stand. */
export function pieces(attribute: string, pattern: string): Filter {
  const parts = pattern.split('*').map((part) => (part === '' ? undefined : Buffer.from(part)));
  const any = parts.slice(1, -1).filter((part) => part !== undefined);
  return { kind: 'substring', attribute, initial: parts[0], any, final: parts.at(-1) };
}

export function extensible(attribute: string | undefined, rule: string | undefined, value: string): Filter {
  return { kind: 'extensible', attribute, rule, value: Buffer.from(value), dnAttributes: false };
}
