import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyDirectory } from '../../../../sidecar/core/model.ts';
import type { Plan } from '../../../../sidecar/core/reconcile/plan.ts';
import { measureCpuMs } from '../../../support/cpu-time.ts';
import { plan } from '../../../support/reconcile-harness.ts';
import { aGroup, anAccount } from '../../../support/scripted-source.ts';

const size = 30_000;
const addressOf = (index: number) => `user${index % size}@example.com`;
const readCompany = () => ({
  users: Array.from({ length: size }, (_, index) =>
    anAccount(addressOf(index), { aliases: [`alias${index}@example.com`] }),
  ),
  groups: Array.from({ length: 600 }, (_, group) => {
    const nested = group % 20 === 0 ? [] : [`group${group - 1}@example.com`];
    const members = Array.from({ length: 50 }, (_, place) => addressOf(group * 50 + place));
    return aGroup(`group${group}@example.com`, [...nested, ...members, ...(group === 0 ? ['[example.com]'] : [])]);
  }),
});

describe('a large company', () => {
  it('is planned in time that grows with it, at first, unchanged and with a third of it gone', () => {
    const companies = [readCompany(), readCompany(), readCompany()];
    companies[2]?.users.splice(0, size / 3);
    const plans: Plan[] = [];
    for (const reading of companies) {
      const current = plans[0] === undefined ? emptyDirectory : structuredClone(plans[0].next);
      const tookMs = measureCpuMs(() => plans.push(plan({ current, reading })));
      assert.ok(tookMs < 4000, `took ${tookMs} ms`);
    }
    assert.deepEqual(
      plans.map(({ counts, isEmpty }) => [counts.new, counts.disabled, isEmpty]),
      [
        [size, 0, false],
        [0, 0, true],
        [0, size / 3, false],
      ],
    );
  });
});
