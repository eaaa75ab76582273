import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../support/cache-folder.ts';
import { findProgram, missingPrograms } from '../../support/programs.ts';
import { provideDebianPackages } from '../../support/runner/debian-packages.ts';

const script = fileURLToPath(new URL('../../support/runner/install-debian.sh', import.meta.url));
const onUnix = { skip: process.platform === 'win32' ? 'there is no bash here' : false };
const needed = [
  { name: 'ldap-utils', programs: ['ldapsearch'] },
  { name: 'slapd', programs: ['slapd'] },
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-debian-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('installing Debian packages', onUnix, () => {
  it('forbids services while it works, and takes its policy away afterwards', () => {
    const { status } = install();
    assert.equal(status, 0);
    assert.equal(read('during'), '101 update\n101 install -y --no-install-recommends ldap-utils slapd\n');
    assert.equal(existsSync(policy()), false);
  });

  it('puts back the policy that stood there, also when the installation fails', () => {
    writeFileSync(policy(), '#!/bin/sh\nexit 7\n', { mode: 0o750 });
    const { status } = install('exit 100');
    assert.equal(status, 100);
    assert.match(read('during'), /^101 update\n101 install/);
    assert.equal(readFileSync(policy(), 'utf8'), '#!/bin/sh\nexit 7\n');
    assert.equal(statSync(policy()).mode & 0o777, 0o750);
  });

  it('cleans up after a run that was killed', () => {
    writeFileSync(policy(), '#!/bin/sh\nexit 7\n');
    install('kill -9 $PPID');
    assert.match(readFileSync(policy(), 'utf8'), /exit 101/);
    install();
    assert.equal(readFileSync(policy(), 'utf8'), '#!/bin/sh\nexit 7\n');
  });

  it('takes a policy of a killed run for nobody’s when none stood there before', () => {
    install('kill -9 $PPID');
    assert.equal(existsSync(policy()), true);
    install();
    assert.equal(existsSync(policy()), false);
  });
});

describe('providing packages', onUnix, () => {
  it('says nothing when all is there', async () => {
    fakeProgram('dpkg-query', 'echo "installed ldap-utils"; echo "installed slapd"');
    assert.equal(await provide(), '');
  });

  it('names what is missing and leaves it when TEST_INSTALL=0', async () => {
    fakeProgram('dpkg-query', 'echo "installed ldap-utils"; echo "config-files slapd"; exit 1');
    const said = await provide({ TEST_INSTALL: '0' });
    assert.equal(said, 'Missing: slapd (TEST_INSTALL=0: not installed); tests that need it are skipped\n');
  });

  it('says before it installs, and names what could not be installed and why', async () => {
    fakeProgram('dpkg-query', 'exit 1');
    fakeProgram('apt-get', 'exit 0');
    fakeProgram('flock', 'echo "E: Unable to fetch some archives" >&2; exit 100');
    const said = await provide();
    if (process.getuid?.() !== 0) return assert.match(said, /run: sudo apt-get install ldap-utils slapd/);
    assert.match(
      said,
      /^Installing Debian packages that the tests need: ldap-utils slapd \(TEST_INSTALL=0 turns this off\)\n/,
    );
    assert.match(
      said,
      /Not installed: ldap-utils slapd \(exit status 100\); .*\n {2}E: Unable to fetch some archives\n$/,
    );
  });
});

describe('foreign programs', onUnix, () => {
  it('are found on the path by their full name, or missed with a reason', () => {
    fakeProgram('our-own-program', 'exit 0');
    writeFileSync(join(folder, 'no-program'), '');
    assert.equal(findProgram('our-own-program', `/nonexistent:${folder}`), join(folder, 'our-own-program'));
    assert.equal(findProgram('no-program', folder), undefined);
    assert.equal(missingPrograms('no-such-program-here'), 'no-such-program-here is not installed');
    assert.equal(missingPrograms('sh'), false);
  });
});

describe('the cache of downloads', () => {
  it('is a folder outside the clone that the environment may name', () => {
    const path = cacheFolder('keycloak', { SIDECAR_TEST_CACHE: join(folder, 'cache') });
    assert.equal(path, join(folder, 'cache', 'keycloak'));
    assert.ok(statSync(path).isDirectory());
  });
});

/** Runs the script with an apt-get that notes what the policy says at that moment; `end` is how its install ends. */
function install(end = 'exit 0'): { readonly status: number | null } {
  const note = `sh "${policy()}"; code=$?; while [ "\${1#-}" != "$1" ]; do case "$1" in -o) shift 2;; *) shift;; esac; done
    echo "$code $*" >>"${folder}/during"; [ "$1" = update ] && exit 0; ${end}`;
  fakeProgram('apt-get', note);
  return spawnSync('/bin/bash', [script, policy(), 'ldap-utils', 'slapd'], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    stdio: 'ignore',
  });
}

async function provide(env: NodeJS.ProcessEnv = {}): Promise<string> {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  await provideDebianPackages(needed, { env: { PATH: `${folder}:/usr/bin:/bin`, ...env }, write });
  return said;
}

function fakeProgram(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

function policy(): string {
  return join(folder, 'policy-rc.d');
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
