import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { type ComposeFile, readCompose, runCompose } from '../support/compose-file.ts';
import { parseDockerfile } from '../support/container-image.ts';
import { checkout } from '../support/package-install.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder } from '../support/sidecar-process.ts';

const readEnv = async (name: string) =>
  parseEnv(await readFile(join(checkout, 'packaging', name), 'utf8')) as Record<string, string>;

describe('docker-compose.yml', { skip: missingPrograms('docker-compose') }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let compose: ComposeFile;
  let demo: Record<string, string>;
  before(async () => {
    folder = await makeFolder();
    demo = await readEnv('demo.env');
    compose = await readCompose(demo);
  });
  after(() => folder.remove());

  // Without a `version` docker-compose checks against the schema of the Compose Specification, which it carries.
  it('fits the Compose Specification', async () => {
    assert.equal((await runCompose({ profiles: [], env: demo })).code, 0);
    const text = await readFile(join(checkout, 'docker-compose.yml'), 'utf8');
    assert.doesNotMatch(text, /^version:/m);
    const file = join(folder.path, 'wrong.yml');
    await writeFile(file, text.replace('    shm_size: 256m\n', '    shm_sizes: 256m\n'));
    const wrong = await runCompose({ file, profiles: [], env: demo });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /shm_sizes/);
  });

  it('takes the example of an .env file, and names what is missing without one', async () => {
    assert.equal((await runCompose({ profiles: [], env: await readEnv('compose.env') })).code, 0);
    const { code, stderr } = await runCompose({ profiles: [], env: { ...demo, ICEWARP_URL: '' } });
    assert.notEqual(code, 0);
    assert.match(stderr, /the address of your IceWarp server/);
  });

  it('runs no simulator and no set-up unless their profiles are asked for', () => {
    const asked = Object.entries(compose.services).flatMap(([name, { profiles }]) =>
      profiles ? [[name, ...profiles]] : [],
    );
    assert.deepEqual(asked.sort(), [
      ['setup', 'setup'],
      ['simulator', 'demo'],
    ]);
    assert.deepEqual(Object.keys(compose.services).sort(), ['keycloak', 'postgres', 'setup', 'sidecar', 'simulator']);
  });

  it('pins every image, and runs nothing as root, with rights it does not need, or on a disk it can write to', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      assert.match(service.image, /:\d+\.\d+(\.\d+)?(-[a-z]+)?$/, name);
      assert.match(service.user, /^[1-9]\d*:\d+$/, name);
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    }
  });

  it('gives every service that stays a health check, and waits for the health of what it needs', () => {
    for (const [name, { healthcheck, depends_on = {} }] of Object.entries(compose.services)) {
      if (name !== 'setup') assert.ok((healthcheck?.test?.length ?? 0) > 1, name);
      for (const { condition } of Object.values(depends_on)) assert.equal(condition, 'service_healthy', name);
    }
    assert.deepEqual(Object.keys(compose.services.sidecar?.depends_on ?? {}), ['postgres']);
    assert.deepEqual(Object.keys(compose.services.keycloak?.depends_on ?? {}), ['postgres']);
  });

  it('writes no password into the environment: secrets are files, each given to those that read it', () => {
    for (const [name, { environment = {}, secrets = [] }] of Object.entries(compose.services)) {
      for (const [key, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|DATABASE_URL/.test(key)) assert.match(key, /_FILE$/, `${name}: ${key}`);
        const path = /^\/run\/secrets\/(.+)$/.exec(value)?.[1];
        if (path !== undefined)
          assert.ok(
            secrets.some(({ source }) => source === path),
            `${name} gets ${path}`,
          );
      }
    }
    const adminReaders = Object.entries(compose.services).filter(([, { secrets = [] }]) =>
      secrets.some(({ source }) => source === 'keycloak-admin-password'),
    );
    assert.deepEqual(adminReaders.map(([name]) => name).sort(), ['keycloak', 'setup']);
  });

  it('keeps the database on a network of its own, and publishes on this machine alone', () => {
    assert.equal(compose.networks.database?.internal, true);
    assert.deepEqual(Object.keys(compose.services.postgres?.networks ?? {}), ['database']);
    assert.equal(compose.services.postgres?.ports, undefined);
    for (const port of Object.values(compose.services).flatMap(({ ports = [] }) => ports)) {
      assert.match(typeof port === 'string' ? port : JSON.stringify(port), /127\.0\.0\.1/);
    }
  });

  it('builds the versions it names: Node.js and Keycloak as the lock file has them', async () => {
    const lock = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')) as {
      version: string;
      packages: Record<string, { version: string }>;
    };
    const versionOf = (name: string) => lock.packages[`node_modules/${name}`]?.version;
    const stages = parseDockerfile(await readFile(join(checkout, 'Dockerfile'), 'utf8'));
    const imageOf = (name: string) => stages.find((stage) => stage.name === name)?.image;
    assert.equal(imageOf('build'), `node:${versionOf('node')}-bookworm`);
    assert.equal(imageOf('sidecar'), `node:${versionOf('node')}-bookworm-slim`);
    assert.equal(imageOf('keycloak'), `quay.io/keycloak/keycloak:${versionOf('@keycloak/keycloak-admin-client')}`);
    assert.equal(compose.services.keycloak?.image.split(':')[1], imageOf('keycloak')?.split(':')[1]);
    assert.equal(compose.services.sidecar?.image, `icewarp-sidecar:${lock.version}`);
  });
});
