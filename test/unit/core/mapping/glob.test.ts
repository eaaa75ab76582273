import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  compileGlob,
  parseAddressPattern,
  parseDomainPattern,
  parseTextPattern,
} from '../../../../sidecar/core/mapping/glob.ts';
import { measureCpuMs } from '../../../support/cpu-time.ts';

describe('patterns for groups', () => {
  for (const [pattern, address, matches] of [
    ['legal-*@example.com', 'legal-team@example.com', true],
    ['legal-*@example.com', 'legal-@example.com', true],
    ['legal-*@example.com', 'illegal-team@example.com', false],
    ['legal-*@example.com', 'legal-team@example.com.evil.test', false],
    ['legal-*@example.com', 'legal-team@evil.test', false],
    ['*@example.com', 'a@example.com', true],
    ['*@*.example.com', 'a@b.c.example.com', true],
    ['*@*.example.com', 'a@example.com', false],
    ['*a*a*@example.com', 'banana@example.com', true],
    ['*aa*aa*@x.test', 'aaa@x.test', false],
    ['ab*ba@x.test', 'aba@x.test', false],
    ['staff@example.com', 'staff@example.com', true],
    ['staff@example.com', 'staff2@example.com', false],
    ['st.ff@example.com', 'staff@example.com', false],
  ] as const) {
    it(`${pattern} ${matches ? 'takes' : 'leaves'} ${address}`, () => {
      assert.equal(compileGlob(pattern)(address), matches);
    });
  }

  for (const [text, canonical] of [
    [' Legal-*@EXAMPLE.com ', 'legal-*@example.com'],
    ['*@MÜNCHEN.test', '*@xn--mnchen-3ya.test'],
    ['Staff@Example.com.', 'staff@example.com'],
    ['legal-*', undefined],
    ['*', undefined],
    ['a@b@*', undefined],
    ['*@münchen*.test', undefined],
    ['(legal|audit)*@example.com', undefined],
    ['[a-z]*@example.com', undefined],
    [`${'a*'.repeat(400)}@example.com`, undefined],
    ['*@', undefined],
    ['@*', undefined],
  ] as const) {
    it(`reads ${JSON.stringify(text.slice(0, 40))} as ${canonical}`, () => {
      assert.equal(parseAddressPattern(text), canonical);
    });
  }

  for (const [text, canonical] of [
    ['*.Example.com', '*.example.com'],
    ['MÜNCHEN.test', 'xn--mnchen-3ya.test'],
    ['*', '*'],
    ['*@example.com', undefined],
    ['(a|b)*.test', undefined],
    ['*'.repeat(321), undefined],
  ] as const) {
    it(`reads domain ${JSON.stringify(text.slice(0, 40))} as ${canonical}`, () => {
      assert.equal(parseDomainPattern(text), canonical);
    });
  }

  for (const [text, canonical] of [
    [' *Contractor* ', '*contractor*'],
    ['E\u0301quipe', 'équipe'],
    [' ', undefined],
    ['a\nb', undefined],
    ['x'.repeat(321), undefined],
  ] as const) {
    it(`reads comment ${JSON.stringify(text.slice(0, 40))} as ${canonical}`, () => {
      assert.equal(parseTextPattern(text), canonical);
    });
  }

  it('agrees with a regular expression for any pattern and text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '@'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '@'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, address) => {
        const oracle = new RegExp(`^${glob.replaceAll('*', '.*')}$`);
        assert.equal(compileGlob(glob)(address), oracle.test(address));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for a pattern made to backtrack', () => {
    const matches = compileGlob(`${'a*'.repeat(150)}b*@x.test`);
    const tookMs = measureCpuMs(() => {
      for (let round = 0; round < 1000; round += 1) assert.equal(matches(`${'a'.repeat(310)}@x.test`), false);
    });
    assert.ok(tookMs < 1000, `took ${tookMs} ms`);
  });
});
