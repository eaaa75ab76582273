import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf, load } from './load-support.ts';

describe('the settings of the sync', () => {
  it('have safe defaults', () => {
    const { sync, icewarp } = load({}).settings;
    assert.deepEqual(
      [sync.limitUsers, sync.limitPercent, sync.limitMembersPercent, sync.limitArchiveGrants, sync.deepReadShare],
      [20, 10, 20, 20, 1],
    );
    assert.equal(icewarp.includeGuests, false);
  });

  for (const [text, value] of [
    ['1', 1],
    ['0.05', 0.05],
    ['.5', 0.5],
    ['0.01', 0.01],
  ] as const) {
    it(`take ${text} as a share`, () => {
      assert.equal(load({ env: { SIDECAR_SYNC_DEEP_READ_SHARE: text } }).settings.sync.deepReadShare, value);
    });
  }

  for (const text of ['0', '0.001', '1.1', '2', '-1', '50%', '0,5', '1e-1', 'NaN', '0.12345678']) {
    it(`refuse ${text} as a share`, () => {
      assert.deepEqual(faultsOf({ env: { SIDECAR_SYNC_DEEP_READ_SHARE: text } }), [
        `sync.deepReadShare (SIDECAR_SYNC_DEEP_READ_SHARE): "${text}" is no number from 0.01 to 1`,
      ]);
    });
  }
});
