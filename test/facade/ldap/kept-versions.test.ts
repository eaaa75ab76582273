import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import type { SnapshotBlock } from '../../../sidecar/directory/layout.ts';
import { applyDelta } from '../../../sidecar/directory/overlay-builder.ts';
import { KeptVersions } from '../../../sidecar/facade/ldap/kept-versions.ts';
import { buildUser } from '../../contract/directory-builders.ts';

function build(generation: number): SnapshotBlock {
  const bob = buildUser('bob');
  const directory = { generation, users: new Map([[bob.id, bob]]), groups: new Map() };
  return buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt: new Date(generation * 1000) });
}

function change(block: SnapshotBlock): SnapshotBlock {
  const { generation: previousGeneration } = block.header;
  const generation = previousGeneration + 1;
  const users = [buildUser(`new${generation}`)];
  const delta = { previousGeneration, generation, publishedAt: new Date(generation * 1000), users };
  return applyDelta(block, { ...delta, removedUsers: [], groups: [] }) ?? assert.fail('no delta');
}

describe('the versions that a worker keeps for what is under way', () => {
  it('are three where each has a memory of its own', () => {
    const versions = new KeptVersions();
    for (let version = 1; version <= 5; version += 1) versions.adopt({ version, block: build(version) });
    assert.deepEqual(
      versions.excess().map(({ generation }) => generation),
      [1, 2],
    );
  });

  it('are many more where they stand on the memory of one', () => {
    const versions = new KeptVersions();
    let block = build(1);
    for (let version = 1; version <= 24; version += 1) {
      versions.adopt({ version, block });
      assert.deepEqual(versions.excess(), []);
      block = change(block);
    }
    versions.adopt({ version: 25, block });
    assert.deepEqual(
      versions.excess().map(({ generation }) => generation),
      [1],
    );
  });
});
