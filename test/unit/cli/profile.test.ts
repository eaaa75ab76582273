import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { productNames } from '../../../sidecar/application/product-settings/settings-of-product.ts';
import { runProgram } from '../../../sidecar/cli/program.ts';

const secret = 'not-to-be-shown-7';
const guideOf = (name: string) => {
  const file = name === 'keycloak' ? 'keycloak-ldap' : name;
  return readFileSync(new URL(`../../../docs/guides/${file}.md`, import.meta.url), 'utf8');
};
const fencesOf = (guide: string, language: string) =>
  [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, kind]) => kind === language)
    .map(([, , text = '']) => text);

describe('profile show', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sidecar-profile-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function run(args: readonly string[], settings: object | undefined) {
    if (settings !== undefined) writeFileSync(join(folder, 'sidecar.yaml'), stringify(settings), { mode: 0o600 });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const context = { args: ['profile', ...args], env: {}, cwd: folder, stdout, stderr, isTerminal: false };
    const code = await runProgram({ ...context, signal: new AbortController().signal });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  for (const name of productNames) {
    it(`prints for ${name} what its guide has, with the guide’s own settings`, async () => {
      const guide = guideOf(name);
      const [yaml = ''] = fencesOf(guide, 'yaml');
      for (const file of ['ldap.pem', 'ldap.key', `${name}.password`])
        writeFileSync(join(folder, file), secret, { mode: 0o600 });
      const command = `profile show ${name} --for ${name} --server-name ldap.example.com`;
      assert.ok(guide.includes(`icewarp-sidecar ${command}`), command);
      const { code, stdout, stderr } = await run(command.split(' ').slice(1), parse(yaml));
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '', 'nothing is missing in the guide');
      const blocks = stdout
        .trimEnd()
        .split(/\n\n(?=== )/)
        .map((block) => `${block.slice(block.indexOf('\n') + 1)}\n`);
      assert.ok(blocks.length > 0);
      assert.deepEqual(fencesOf(guide, 'text'), blocks);
      assert.ok(!stdout.includes(secret));
      for (const heading of ['## What works', '## What does not', '## How it was tested'])
        assert.ok(guide.includes(heading));
    });
  }

  const account = { name: 'reader', password: secret };
  const archive = { name: 'archive', port: 6636, tls: 'none', host: '192.0.2.7', profile: 'piler' };
  const show = async (args: readonly string[], ldap: object) => {
    const { code, stdout, stderr } = await run(['show', ...args, '--json'], { ldap });
    return { code, stderr, report: code === 0 ? JSON.parse(stdout) : undefined };
  };

  it('takes listener and account of the profile, and those that are asked for', async () => {
    const ldap = {
      baseDn: 'dc=example,dc=com',
      listeners: [archive, { ...archive, name: 'other', port: 6637, profile: 'generic' }],
      serviceAccounts: [account, { name: 'pilerman', password: secret, profile: 'piler' }],
    };
    const { report } = await show(['piler'], ldap);
    const values = { host: '192.0.2.7', port: 6636, tls: 'none', baseDn: 'dc=example,dc=com', account: 'pilerman' };
    assert.deepEqual(report.values, { ...values, caFile: '/etc/ssl/certs/ca-certificates.crt' });
    const asked = await show(['piler', '--listener', 'other', '--account', 'READER', '--client-ca', '/ca.pem'], ldap);
    assert.deepEqual(asked.report.values, { ...values, port: 6637, account: 'reader', caFile: '/ca.pem' });
    assert.match(
      asked.report.notes.join('\n'),
      /neither the listener other nor the account reader has the profile piler/,
    );
  });

  it('says what is missing for it to work', async () => {
    const { report } = await show(['sssd'], { port: 0 });
    const notes = report.notes.join('\n');
    for (const note of [
      /has the profile sssd: add/,
      /the service account sssd is not in/,
      /has port 0/,
      /must run on this machine/,
    ])
      assert.match(notes, note);
    const clear = await show(['piler'], { listeners: [archive], serviceAccounts: [account] });
    assert.match(clear.report.notes.join('\n'), /takes no password over the network/);
  });

  it('refuses names that are none, and says which there are', async () => {
    const message = async (...args: string[]) => {
      const { code, stderr } = await show(args, { serviceAccounts: [account] });
      assert.equal(code, 1);
      return stderr;
    };
    assert.match(await message('exchange'), /there is no profile "exchange"; known are generic, keycloak/);
    assert.match(await message('generic'), /name a product with --for; known are keycloak/);
    assert.match(await message('generic', '--for', 'exchange'), /no settings for "exchange"; known are keycloak/);
    assert.match(await message('piler', '--listener', 'none'), /there is no listener "none"; known are ldap/);
    const { stdout } = await run(['list'], undefined);
    assert.match(stdout, /^sssd +SSSD$/m);
  });

  it('keeps what a base DN may hold inside the quotes of PHP and of a shell', async () => {
    const ldap = { baseDn: "o=O'Neill", serviceAccounts: [account] };
    const linesOf = async (name: string) => (await show([name], ldap)).report.blocks[0].lines.join('\n');
    assert.match(await linesOf('piler'), /'o=O\\'Neill'/);
    assert.match(await linesOf('roundcube'), /ou=users,o=O\\'Neill/);
    assert.match(await linesOf('nextcloud'), /ldapBase 'o=O'\\''Neill'/);
  });
});
