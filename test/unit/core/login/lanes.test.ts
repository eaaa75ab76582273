import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLanes, type LaneCall } from '../../../../sidecar/core/login/lanes.ts';
import { defaultLoginSettings } from '../../../../sidecar/core/login/settings.ts';
import { createManualClock, settleTasks } from '../../../support/manual-clock.ts';

const settings = { ...defaultLoginSettings.lanes, fastCalls: 8, reservedCalls: 2, slowCalls: 4, fastSeconds: 2 };

function createRoad(overrides: Partial<typeof settings> = {}) {
  const clock = createManualClock();
  const lanes = createLanes(clock, { ...settings, ...overrides });
  const begun: string[] = [];
  const aborted: string[] = [];
  const ends = new Map<string, () => void>();
  let numbers = 0;
  const createCall = (
    kind: 'trusted' | 'new',
    change: Partial<LaneCall> = {},
  ): LaneCall & { readonly name: string } => {
    numbers += 1;
    const name = `${kind} ${numbers}`;
    return {
      name,
      account: name,
      address: name,
      isApplication: false,
      isTrusted: kind === 'trusted',
      begin() {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      },
      onSlow: () => undefined,
      abort: () => void aborted.push(name),
      ...change,
    };
  };
  const enter = (kind: 'trusted' | 'new', count: number, change: Partial<LaneCall> = {}) => {
    for (let call = 0; call < count; call++) lanes.enter(createCall(kind, change));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await settleTasks();
  };
  return {
    clock,
    begun,
    aborted,
    enter,
    end,
    count: (kind: string) => begun.filter((name) => name.startsWith(kind)).length,
  };
}

describe('the lanes', () => {
  it('let passwords that were right before in at once, however many others hold their places', async () => {
    const { enter, count, end, begun } = createRoad();
    enter('new', 200);
    assert.equal(count('new'), 6);
    for (let turn = 0; turn < 20; turn++) {
      enter('trusted', 1);
      assert.equal(count('trusted'), turn + 1, 'one had to wait');
      await end(begun.at(-1) ?? '');
    }
    assert.equal(count('new'), 6, 'the places kept free were given away');
  });

  it('give trusted passwords every place that is free, and none beyond the lane', () => {
    const { enter, count } = createRoad();
    enter('trusted', 20);
    assert.equal(count('trusted'), 8);
  });

  it('keep the places of others to themselves when trusted passwords hold some', async () => {
    const { enter, count, end, begun } = createRoad();
    enter('trusted', 5);
    enter('new', 10);
    assert.equal(count('new'), 3);
    await end(begun[0] ?? '');
    assert.equal(count('new'), 4);
  });

  it('do not let wrong passwords behind one address keep trusted ones from there waiting', () => {
    const application = { address: '192.0.2.1', isApplication: true };
    const { enter, count } = createRoad({ fastCalls: 32, reservedCalls: 8, applicationShare: 4 });
    enter('new', 10, application);
    assert.equal(count('new'), 4);
    enter('trusted', 3, application);
    assert.equal(count('trusted'), 3);
  });

  it('hold an account to its share, trusted or not', () => {
    const { enter, count } = createRoad({ fastCalls: 32, accountShare: 4 });
    enter('trusted', 10, { account: 'jane' });
    assert.equal(count('trusted'), 4);
  });

  it('keep no more than a quarter back, so that a narrow lane is open to all', () => {
    const { enter, count } = createRoad({ fastCalls: 2, reservedCalls: 8 });
    enter('new', 5);
    assert.equal(count('new'), 2);
  });

  it('move a call that is held back to the slow lane, and give up the oldest there when it is full', async () => {
    const { enter, count, clock, aborted } = createRoad();
    enter('new', 12);
    await clock.advance(2_000);
    assert.equal(count('new'), 12);
    assert.deepEqual(aborted, ['new 1', 'new 2']);
    enter('trusted', 1);
    assert.equal(count('trusted'), 1);
  });
});
