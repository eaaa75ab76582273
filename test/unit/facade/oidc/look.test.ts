import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { renderErrorPage } from '../../../../sidecar/facade/oidc/pages/error.ts';
import { type Brand, createPageLook } from '../../../../sidecar/facade/oidc/pages/look.ts';
import { readLogo } from '../../../../sidecar/facade/oidc/pages/read-logo.ts';

const brand: Brand = {
  title: { en: 'ACME <sign-in>', de: 'ACME Anmeldung' },
  note: { de: 'Hilfe: 123' },
  color: '#123456',
  logo: { type: 'image/svg+xml', content: Buffer.from('<svg/>') },
  language: 'de',
};

async function makeFile(t: TestContext, name: string, content: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'logo-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe('the look of pages', () => {
  const { look, assets } = createPageLook(brand, '/oidc/assets');
  const error = { kind: 'failed', code: 'server_error', reference: 'r' } as const;

  it('has the title of the language, escaped, the note and the logo', () => {
    const english = renderErrorPage(look({ wished: ['en'], accepted: undefined }), error);
    assert.match(english, /<title>Something went wrong – ACME &lt;sign-in(>|&gt;)<\/title>/);
    assert.match(english, /<img src="\/oidc\/assets\/logo\.[0-9a-f]{16}\.svg" alt="ACME &lt;sign-in/);
    assert.match(english, /Hilfe: 123/, 'better than none');
    const german = renderErrorPage(look({ wished: [], accepted: undefined }), error);
    assert.match(german, /<html lang="de">.*ACME Anmeldung/s);
  });

  it('names files by their content, so that browsers may keep them', () => {
    const other = createPageLook({ ...brand, color: '#654321' }, '/oidc/assets');
    assert.equal(assets.length, 2);
    assert.notEqual(other.assets[0]?.name, assets[0]?.name);
    assert.equal(other.assets[1]?.name, assets[1]?.name);
  });
});

describe('the logo', () => {
  it('is read with its type', async (t) => {
    const file = await makeFile(t, 'Logo.PNG', Buffer.from('png'));
    assert.deepEqual(await readLogo(file), { type: 'image/png', content: Buffer.from('png') });
  });

  it('that cannot be used is named with the setting', async (t) => {
    const page = await makeFile(t, 'logo.html', Buffer.from('<script>'));
    const large = await makeFile(t, 'logo.png', Buffer.alloc(256 * 1024 + 1));
    for (const [file, fault] of [
      [page, /oidc\.page\.logoFile: .*logo\.html is no \.png/],
      [large, /larger than 256 KiB/],
      [`${large}.png`, /cannot be read \(ENOENT/],
    ] as const) {
      await assert.rejects(readLogo(file), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalid_input');
        assert.match(error.message, fault);
        return true;
      });
    }
  });
});
