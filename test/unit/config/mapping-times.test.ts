import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTimeParser } from '../../../sidecar/config/mapping-times.ts';

describe('times in mapping files', () => {
  for (const [zone, text, instant] of [
    ['UTC', '2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['UTC', ' 2026-11-01T14:30 ', '2026-11-01T14:30:00.000Z'],
    ['UTC', '2026-11-01 14:30:00', '2026-11-01T14:30:00.000Z'],
    ['Europe/Prague', '2026-11-01', '2026-10-31T23:00:00.000Z'],
    ['Europe/Prague', '2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['Europe/Prague', '2026-07-01T12:00Z', '2026-07-01T12:00:00.000Z'],
    ['Europe/Prague', '2026-07-01T12:00-05:30', '2026-07-01T17:30:00.000Z'],
    ['Asia/Kolkata', '2026-11-01', '2026-10-31T18:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-01', '2026-10-31T10:00:00.000Z'],
    // Clocks go forward at 02:00: 02:30 is counted with the offset before.
    ['Europe/Prague', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    // Clocks go back at 03:00: 02:30 is the first of the two.
    ['Europe/Prague', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    // Midnight did not exist that day.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['UTC', '2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['UTC', '2026-02-29', undefined],
    ['UTC', '2026-13-01', undefined],
    ['UTC', '2026-11-01T24:00', undefined],
    ['UTC', '2026-11-01T12:60', undefined],
    ['UTC', '2026-11-01T12:00:30', undefined],
    ['UTC', '2026-11-01T12:00+15:00', undefined],
    ['UTC', '0000-01-01', undefined],
    ['UTC', '1969-12-31', undefined],
    ['UTC', '2026-11', undefined],
    ['UTC', 'tomorrow', undefined],
    ['UTC', '', undefined],
  ] as const) {
    it(`reads "${text}" in ${zone} as ${instant}`, () => {
      assert.equal(createTimeParser(zone)(text)?.toISOString(), instant);
    });
  }
});
