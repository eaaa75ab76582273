import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { printSettings } from '../../../sidecar/config/print.ts';
import { faultsOf, load, makeFolder } from './load-support.ts';

describe('the settings of the login page', () => {
  it('have defaults that can be read', () => {
    const { page } = load({}).settings.oidc;
    assert.deepEqual(page, {
      title: { en: 'IceWarp' },
      note: undefined,
      color: '#1d4e89',
      logoFile: undefined,
      language: 'en',
    });
  });

  it('take a text for all languages, or one for each', (t) => {
    const folder = makeFolder(t, {
      'sidecar.yaml':
        'oidc:\n  page:\n    title: ACME\n    note: { en: Ask us, de: Fragen Sie uns }\n    logoFile: ./logo.png\n',
    });
    const loaded = load({ cwd: folder });
    const { page } = loaded.settings.oidc;
    assert.deepEqual(page.title, { en: 'ACME' });
    assert.deepEqual(page.note, { en: 'Ask us', de: 'Fragen Sie uns' });
    assert.equal(page.logoFile, join(folder, 'logo.png'));
    assert.match(printSettings(loaded), /de: "Fragen Sie uns"/);
  });

  it('take the same from the environment', () => {
    const env = { SIDECAR_OIDC_PAGE_TITLE: '{"en":"Sign-in","de":"Anmeldung"}', SIDECAR_OIDC_PAGE_NOTE: 'Help: 123' };
    const { page } = load({ env }).settings.oidc;
    assert.deepEqual(page.title, { en: 'Sign-in', de: 'Anmeldung' });
    assert.deepEqual(page.note, { en: 'Help: 123' });
  });

  const wrong: [name: string, value: string, fault: RegExp][] = [
    ['SIDECAR_OIDC_PAGE_TITLE', '{"fr":"Connexion"}', /"fr" is no language there is; write en or de/],
    ['SIDECAR_OIDC_PAGE_TITLE', '{', /is no JSON/],
    ['SIDECAR_OIDC_PAGE_TITLE', '{}', /holds no text/],
    ['SIDECAR_OIDC_PAGE_TITLE', 'x'.repeat(501), /longer than 500/],
    ['SIDECAR_OIDC_PAGE_TITLE', 'a\nb', /line break/],
    ['SIDECAR_OIDC_PAGE_COLOR', 'blue', /is no colour/],
    ['SIDECAR_OIDC_PAGE_COLOR', '#8888ff', /is too light/],
    ['SIDECAR_OIDC_PAGE_LANGUAGE', 'fr', /is none of en, de/],
    ['SIDECAR_OIDC_LIFETIMES_SESSION_HOURS', '0', /whole number from 1/],
  ];
  for (const [name, value, fault] of wrong) {
    it(`name what is wrong with ${name}=${JSON.stringify(value.slice(0, 20))}`, () => {
      assert.match(faultsOf({ env: { [name]: value } }).join('\n'), fault);
    });
  }

  it('take every colour that white text can be read on', () => {
    for (const color of ['#000000', '#767676', '#C00000']) {
      assert.equal(load({ env: { SIDECAR_OIDC_PAGE_COLOR: color } }).settings.oidc.page.color, color.toLowerCase());
    }
    assert.match(faultsOf({ env: { SIDECAR_OIDC_PAGE_COLOR: '#777777' } }).join(), /too light/);
  });
});
