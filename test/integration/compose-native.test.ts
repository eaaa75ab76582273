import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { type ComposeFile, type ComposeService, readCompose } from '../support/compose-file.ts';
import { startComposePostgres } from '../support/compose-postgres.ts';
import { giveTo, parseDockerfile, runStage } from '../support/container-image.ts';
import { findKeycloak } from '../support/keycloak.ts';
import {
  checkService,
  createNativeWorld,
  mountSecrets,
  type NativeWorld,
  startService,
  untilHealthy,
} from '../support/native-services.ts';
import { checkout } from '../support/package-install.ts';
import { missingPostgres } from '../support/postgres.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder, plainEnvironment, runProgram, type SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

const missing =
  missingPrograms('docker-compose', 'npm', 'openssl', 'psql', 'pg_isready', 'ldapwhoami') || missingPostgres();

describe('the services of docker-compose.yml, without containers', { skip: missing }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let world: NativeWorld;
  let compose: ComposeFile;
  let image: { entrypoint: string[]; command: string[]; workingDirectory: string };
  let built = '';
  const running: SidecarProcess[] = [];
  const service = (name: string): ComposeService => compose.services[name] ?? assert.fail(`no service ${name}`);

  before(
    async () => {
      folder = await makeFolder();
      world = await createNativeWorld(
        folder.path,
        { postgres: [5432], simulator: [8088], sidecar: [8080, 10389, 10636], keycloak: [8080, 9000] },
        [
          '/run/secrets',
          '/var/lib/icewarp-sidecar',
          '/var/lib/postgresql',
          '/etc/icewarp-sidecar',
          '/opt/icewarp-sidecar',
          '/opt/keycloak',
        ],
      );
      const demo = parseEnv(await readFile(join(checkout, 'packaging/demo.env'), 'utf8')) as Record<string, string>;
      compose = await readCompose(demo);
      const stages = parseDockerfile(await readFile(join(checkout, 'Dockerfile'), 'utf8'));
      const [build, sidecar] = ['build', 'sidecar'].map((name) => stages.find((stage) => stage.name === name));
      assert.ok(build !== undefined && sidecar !== undefined);
      built = join(folder.path, 'stage');
      await runStage(build, built, new Map());
      const { workingDirectory } = await runStage(sidecar, folder.path, new Map([['build', built]]));
      const list = (word: string) =>
        JSON.parse(sidecar.instructions.find((each) => each.word === word)?.rest ?? '[]') as string[];
      image = { entrypoint: list('ENTRYPOINT'), command: list('CMD'), workingDirectory };
      await giveTo(join(folder.path, workingDirectory), 1000, 1000);
      await mkdir(join(folder.path, 'etc/icewarp-sidecar'), { recursive: true });
      await cp(join(checkout, 'mappings'), join(folder.path, 'etc/icewarp-sidecar/mappings'), { recursive: true });
      const secrets = join(folder.path, 'secrets');
      const made = await runProgram(join(checkout, 'packaging/make-secrets.sh'), [secrets], { input: 'admin-demo' });
      assert.equal(made.code, 0, made.stderr);
      await mountSecrets(world, secrets);
      running.push(await startComposePostgres(world, service('postgres')));
    },
    { timeout: 170_000 },
  );
  after(async () => {
    for (const each of running.reverse()) await each.stop('SIGINT');
    await folder.remove();
  });

  it('builds an image without development packages, without its own second Node.js, with a version', async () => {
    const packages = await readdir(join(folder.path, 'opt/icewarp-sidecar/node_modules'));
    assert.ok(packages.includes('express') && packages.includes('sqlite3'));
    for (const name of ['typescript', 'fast-check', 'supertest', 'node', '.bin'])
      assert.ok(!packages.includes(name), name);
    const [, main = ''] = image.entrypoint;
    const { stdout } = await runProgram(process.execPath, [world.toNative(main), '--version']);
    const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { version: string };
    assert.equal(stdout.trim(), version);
  });

  it('makes two databases, each closed to the role of the other', async () => {
    await untilHealthy(world, 'postgres', service('postgres'), 10_000);
    const connect = async (user: string, database: string) => {
      const password = await readFile(world.toNative(`/run/secrets/${user}-database-password`), 'utf8');
      const client = new pg.Client({
        host: '127.0.0.1',
        port: world.portOf('postgres', 5432),
        user,
        password,
        database,
      });
      await client.connect();
      await client.end();
    };
    await connect('sidecar', 'sidecar');
    await connect('keycloak', 'keycloak');
    await assert.rejects(connect('sidecar', 'keycloak'), /permission denied/);
    await assert.rejects(connect('keycloak', 'sidecar'), /permission denied/);
  });

  it('serves logins over TLS with exactly the given environment and command, as its own user', async () => {
    const [simulator, sidecar] = [service('simulator'), service('sidecar')];
    running.push(startService(world, 'simulator', simulator, image));
    await untilHealthy(world, 'simulator', simulator, 20_000);
    assert.equal((await checkService(world, 'sidecar', sidecar)).code, 1);
    const process = startService(world, 'sidecar', sidecar, image, { NODE_ENV: 'production' });
    running.push(process);
    await process.waitFor(/sync ended/, 'stderr', 40_000);
    await untilHealthy(world, 'sidecar', sidecar, 20_000);
    const bind = ['-x', '-D', 'alice@example.com', '-w', 'alice-demo'];
    const env = { ...plainEnvironment(), LDAPTLS_CACERT: world.toNative('/run/secrets/ldap-ca.pem') };
    // libldap checks the certificate of `localhost` against the name of the machine.
    const secure = `ldaps://127.0.0.1:${world.portOf('sidecar', 10636)}`;
    const accepted = await runProgram('ldapwhoami', [...bind, '-H', secure], { env });
    assert.equal(accepted.code, 0, accepted.stderr);
    assert.match(accepted.stdout, /uid=alice@example\.com/);
  });

  it('keeps its key and its audit log on its volume, closed to others, and writes nowhere else', async () => {
    const volume = join(folder.path, image.workingDirectory);
    // The line of the login above is written behind its answer.
    await until(async () => (await readdir(volume)).includes('audit.log'));
    assert.equal((await stat(join(volume, 'sidecar.secret'))).mode & 0o077, 0);
    assert.deepEqual(await readdir(join(folder.path, 'opt/icewarp-sidecar')).then((names) => names.sort()), [
      'LICENSE',
      'dist',
      'node_modules',
      'package.json',
      'packaging',
    ]);
  });

  const keycloakHome = findKeycloak();
  it('sets a realm up in the Keycloak of the compose file, which cannot write to its own folder', {
    skip: keycloakHome === undefined && 'Keycloak was not fetched: npm test fetches it for the tests that need it',
    timeout: 300_000,
  }, async () => {
    const stages = parseDockerfile(await readFile(join(checkout, 'Dockerfile'), 'utf8'));
    const stage = stages.find(({ name }) => name === 'keycloak') ?? assert.fail('the Dockerfile has a stage keycloak');
    const home = world.toNative('/opt/keycloak');
    await cp(keycloakHome ?? '', home, { recursive: true });
    const { env } = await runStage(stage, folder.path, new Map());
    await mkdir(join(home, 'data'), { recursive: true });
    await giveTo(join(home, 'data'), 1000, 0);
    const [keycloak, setup] = [service('keycloak'), service('setup')];
    const server = startService(world, 'keycloak', keycloak, image, env);
    running.unshift(server);
    await untilHealthy(world, 'keycloak', keycloak, 150_000).catch((error: unknown) => {
      throw new Error(server.output().stdout.slice(-4_000), { cause: error });
    });
    const run = async (...command: string[]) => {
      const own = startService(world, 'setup', { ...setup, command }, image);
      const code = await own.ended();
      return { code, ...own.output() };
    };
    const bootstrapped = await run('keycloak', 'bootstrap', '--create-realm');
    assert.equal(bootstrapped.code, 0, bootstrapped.stderr);
    const applied = await run('keycloak', 'apply');
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.equal((await run('keycloak', 'plan')).code, 0);
    const discovery = `http://localhost:${world.portOf('keycloak', 8080)}/realms/icewarp/.well-known/openid-configuration`;
    const { issuer } = (await (await fetch(discovery)).json()) as { readonly issuer: string };
    assert.equal(issuer, 'http://localhost:8081/realms/icewarp');
  });

  it('ends within the time that the compose file gives it', async () => {
    const sidecar = running.pop() ?? assert.fail('the sidecar runs');
    const { code, ms } = await sidecar.stop('SIGTERM');
    assert.equal(code, 0);
    assert.ok(ms < Number.parseInt(service('sidecar').stop_grace_period ?? '', 10) * 1000, `${ms} ms`);
  });
});
