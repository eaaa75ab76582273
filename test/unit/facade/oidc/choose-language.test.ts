import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseLanguage } from '../../../../sidecar/facade/oidc/pages/choose-language.ts';
import { languages } from '../../../../sidecar/facade/oidc/pages/texts/list.ts';

describe('the language of a page', () => {
  const cases: [wished: unknown[], accepted: string | undefined, language: string][] = [
    [[], undefined, 'en'],
    [[], '', 'en'],
    [[], 'de', 'de'],
    [[], 'DE-at', 'de'],
    [[], 'en;q=0.5, de;q=0.7', 'de'],
    [[], 'en, de', 'en'],
    [[], 'de;q=0, en', 'en'],
    [[], 'de;q=0', 'en'],
    [[], 'fr, *;q=0.5', 'en'],
    [[], 'de;q=cheese', 'de'],
    [[], `${'x,'.repeat(600)}de`, 'en'],
    [['de'], 'en', 'de'],
    [[undefined, 'de'], 'en', 'de'],
    [['fr de-CH'], 'en', 'de'],
    [['constructor'], undefined, 'en'],
    [[['de']], undefined, 'en'],
  ];
  for (const [wished, accepted, language] of cases) {
    it(`for ${JSON.stringify(wished)} and ${accepted?.slice(0, 30)} is ${language}`, () => {
      assert.equal(chooseLanguage({ wished, accepted }, 'en'), language);
    });
  }
});

describe('the texts', () => {
  it('say something else in each language, and all of it', () => {
    const { en, de } = languages;
    const same = Object.entries(en).filter(([key, text]) => text !== '' && text === de[key as keyof typeof de]);
    assert.deepEqual(
      same.map(([key]) => key),
      ['codeField'],
    );
    assert.deepEqual(Object.keys(de.scopes), Object.keys(en.scopes));
  });
});
