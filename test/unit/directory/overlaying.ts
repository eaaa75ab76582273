import assert from 'node:assert/strict';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import type { SnapshotBlock } from '../../../sidecar/directory/layout.ts';
import { applyDelta } from '../../../sidecar/directory/overlay-builder.ts';
import type { DirectoryDelta } from '../../../sidecar/directory/overlay-delta.ts';
import type { Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { company } from './company.ts';
import { publishedAt, readDn } from './reading.ts';

export const later = new Date('2026-05-06T08:00:00Z');
export const salesDn = 'cn=sales@example.com,ou=groups,o=icewarp';
export const base = buildSnapshot(company, { baseDn: 'o=icewarp', publishedAt });

export function deltaOn(block: SnapshotBlock, fields: Partial<DirectoryDelta>): DirectoryDelta {
  const { generation } = block.header;
  return {
    ...{ previousGeneration: generation, generation: generation + 1, publishedAt: later },
    ...{ users: [], removedUsers: [], groups: [] },
    ...fields,
  };
}

export function lay(block: SnapshotBlock, fields: Partial<DirectoryDelta>): SnapshotBlock {
  const laid = applyDelta(block, deltaOn(block, fields));
  assert.ok(laid !== undefined);
  return laid;
}

export const open = (block: SnapshotBlock): Snapshot => openSnapshot(structuredClone(block));
export const valuesOf = (snapshot: Snapshot, dn: string, attribute: string) =>
  readDn(snapshot, dn).attributes.get(attribute) ?? [];
