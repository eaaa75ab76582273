import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadMappingInForce, type MappingReading } from '../../../sidecar/application/mapping-in-force.ts';
import type { KeptMapping, MappingText } from '../../../sidecar/core/ports/mapping-store.ts';

const now = new Date('2026-11-24T10:00:00Z');

function createWorld() {
  let text = 'good';
  let kept: KeptMapping | undefined;
  const toReading = (files: readonly MappingText[]): MappingReading => {
    const role = files[0]?.text ?? '';
    if (role.startsWith('bad')) return { isSound: false, faults: Array.from({ length: 9 }, (_, n) => `fault ${n}`) };
    const rule = { name: 'a', when: {}, grant: [], deny: [], roles: [role] };
    return { isSound: true, mapping: { defaults: [], rules: [rule] }, files, warnings: [] };
  };
  return {
    write: (fresh: string) => {
      text = fresh;
    },
    kept: () => kept,
    load: (keep = true, at = now) =>
      loadMappingInForce(
        {
          files: { read: () => toReading([{ name: 'a.yaml', text }]), parse: toReading },
          store: {
            load: async () => kept,
            keep: async (mapping) => {
              kept = mapping;
            },
          },
          clock: { now: () => at },
        },
        { keep },
      ),
  };
}

describe('the mapping in force', () => {
  it('is that of the files, and is kept with the time since when', async () => {
    const world = createWorld();
    const { state } = await world.load();
    assert.deepEqual([state.since, state.faults, state.rules], [now, [], 1]);
    assert.equal(world.kept()?.hash, state.hash);
    const again = await world.load(true, new Date(now.getTime() + 5));
    assert.deepEqual(again.state, state);
  });

  it('stays the last good one when the files are broken, and says what is wrong', async () => {
    const world = createWorld();
    const good = await world.load();
    world.write('bad');
    const { mapping, state } = await world.load();
    assert.deepEqual(mapping, good.mapping);
    assert.deepEqual([state.hash, state.faultCount, state.faults.length], [good.state.hash, 9, 5]);
    world.write('better');
    assert.deepEqual((await world.load()).mapping.rules[0]?.roles, ['better']);
  });

  it('is none at a first start with broken files, which is refused with the faults', async () => {
    const world = createWorld();
    world.write('bad');
    await assert.rejects(world.load(), /no sound mapping was ever in force[\s\S]*fault 0[\s\S]*and 4 more/);
  });

  it('is none when what was kept cannot be read any more', async () => {
    const world = createWorld();
    await world.load();
    const kept = world.kept() ?? assert.fail();
    Object.assign(kept.files[0] ?? {}, { text: 'bad' });
    world.write('bad too');
    await assert.rejects(world.load(), /cannot be read any more/);
  });

  it('is not kept when it is only tried', async () => {
    const world = createWorld();
    await world.load(false);
    assert.equal(world.kept(), undefined);
  });
});
