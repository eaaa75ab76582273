import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadMappingInForce, type MappingReading } from '../../../sidecar/application/mapping-in-force.ts';
import type { KeptMapping, MappingText } from '../../../sidecar/core/ports/mapping-store.ts';

const now = new Date('2026-11-24T10:00:00Z');

function createWorld() {
  let text = 'good';
  let absence: { directory: string; isMissing: boolean } | undefined;
  let kept: KeptMapping | undefined;
  const toReading = (files: readonly MappingText[]): MappingReading => {
    const role = files[0]?.text ?? '';
    if (role.startsWith('bad')) return { isSound: false, faults: Array.from({ length: 9 }, (_, n) => `fault ${n}`) };
    if (files.length === 0)
      return { isSound: true, mapping: { defaults: ['LogOn'], rules: [] }, files, absence, warnings: [] };
    const rule = { name: 'a', when: {}, grant: [], deny: [], roles: [role] };
    return { isSound: true, mapping: { defaults: [], rules: [rule] }, files, warnings: [] };
  };
  return {
    write: (fresh: string) => {
      text = fresh;
    },
    take: (isMissing: boolean) => {
      absence = { directory: '/etc/m', isMissing };
    },
    keep: (mapping: KeptMapping | undefined) => {
      kept = mapping;
    },
    kept: () => kept,
    load: (keep = true, at = now) =>
      loadMappingInForce(
        {
          files: { read: () => toReading(absence === undefined ? [{ name: 'a.yaml', text }] : []), parse: toReading },
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

  for (const isMissing of [true, false]) {
    it(`is that of the defaults when the folder is ${isMissing ? 'missing' : 'empty'} and no file was ever in force`, async () => {
      const world = createWorld();
      world.take(isMissing);
      for (let turn = 0; turn < 2; turn += 1) {
        const { mapping, state, pending } = await world.load();
        assert.deepEqual([mapping, state.faultCount, pending], [{ defaults: ['LogOn'], rules: [] }, 0, undefined]);
      }
    });
  }

  it('stays when the folder is gone, as if the files were broken', async () => {
    const world = createWorld();
    const good = await world.load();
    world.take(true);
    const { mapping, state, pending } = await world.load();
    assert.deepEqual([mapping, state.hash, pending], [good.mapping, good.state.hash, undefined]);
    assert.match(state.faults.join(), /^\/etc\/m does not exist any more; restore it, or/);
    assert.equal(world.kept()?.hash, good.state.hash);
  });

  it('is in doubt when the folder is emptied, until it was applied', async () => {
    const world = createWorld();
    const good = await world.load();
    world.take(false);
    for (let turn = 0; turn < 2; turn += 1) {
      const { mapping, pending } = await world.load();
      assert.match(mapping.doubt ?? '', /no mapping file in \/etc\/m any more/);
      assert.deepEqual([mapping.rules, pending?.files, world.kept()?.hash], [[], [], good.state.hash]);
    }
    world.keep((await world.load()).pending);
    const { mapping, pending } = await world.load();
    assert.deepEqual([mapping.doubt, pending], [undefined, undefined]);
  });

  it('is not kept when it is only tried', async () => {
    const world = createWorld();
    await world.load(false);
    assert.equal(world.kept(), undefined);
  });
});
