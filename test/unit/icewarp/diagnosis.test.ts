import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { DiagnosisStep } from '../../../sidecar/core/ports/directory-source.ts';
import type { IcewarpConnection } from '../../../sidecar/icewarp/connection.ts';
import { createIcewarpSource } from '../../../sidecar/icewarp/source.ts';
import { account, accountItem, connectionTo, rejectsWith, servicePassword, withSession } from './fixtures.ts';
import {
  type Answer,
  type Asked,
  failure,
  list,
  properties,
  type Script,
  startServer,
  unreadable,
} from './scripted-server.ts';
import { certificate, key } from './test-certificate.ts';

const names = ['reach', 'tls', 'api', 'login', 'version', 'rights', 'domains', 'first_page'] as const;
type Name = (typeof names)[number];

/** A server in order, except for what the script says. */
function sound(over: Script = () => undefined): Script {
  return withSession((asked: Asked): Answer | undefined => {
    const own = over(asked);
    if (own !== undefined) return own;
    if (asked.command === 'getdomainsinfolist') {
      return list(['<name>corp.test</name><desc/><domaintype>0</domaintype><accountcount>2</accountcount>']);
    }
    if (asked.command === 'getdomainproperties') {
      return properties({ D_Aliases: '', D_DisableLogin: '0', D_Expires: '0', D_ExpiresOn_Date: '' });
    }
    if (asked.command === 'getaccountsinfolist') {
      return list([accountItem('staff@corp.test', 'Staff', 7), accountItem('al@corp.test')], 0, 700);
    }
    return asked.command === 'getaccountproperties' && asked.param('accountemail') === 'al@corp.test'
      ? account()
      : undefined;
  });
}

async function diagnose(connection: IcewarpConnection, now = new Date('2026-12-01T00:00:00Z')) {
  const source = createIcewarpSource(connection, { now: () => now });
  const told: DiagnosisStep[] = [];
  const steps = await source.diagnose((step) => told.push(step));
  await source.close();
  assert.deepEqual(told, steps);
  assert.deepEqual(
    steps.map((step) => step.name),
    names,
  );
  for (const { status, remedy } of steps)
    assert.equal(remedy !== undefined, status === 'failed' || status === 'warning');
  assert.ok(!JSON.stringify(steps).includes(JSON.stringify(servicePassword).slice(1, -1)));
  return {
    steps,
    of: (name: Name) => steps.find((step) => step.name === name) ?? assert.fail(),
    statuses: steps.map((step) => step.status),
  };
}

async function diagnoseServer(script: Script, over: Partial<IcewarpConnection> = {}) {
  const server = await startServer(script);
  try {
    return await diagnose(connectionTo(server.url, over));
  } finally {
    await server.close();
  }
}

describe('checking the connection', () => {
  it('tells every step of a server that is in order', async () => {
    const { statuses, of } = await diagnoseServer(sound());
    assert.deepEqual(statuses, ['ok', 'skipped', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    assert.match(of('reach').detail, /^127\.0\.0\.1:\d+ answers$/);
    assert.match(of('tls').detail, /http:\/\//);
    assert.match(of('api').detail, /answers at http:.*icewarpapi\/ in \d+ ms/);
    assert.match(of('login').detail, /svc@corp\.test/);
    assert.match(of('version').detail, /14\.3\.0\.3/);
    assert.match(of('rights').detail, /svc@corp\.test is an administrator/);
    assert.match(of('domains').detail, /1 with accounts: corp\.test/);
    assert.match(of('first_page').detail, /2 of 700 entries of corp\.test in \d+ ms; account al@corp\.test in \d+ ms/);
  });

  const faults: readonly (readonly [what: string, name: Name, over: Script, detail: RegExp, remedy: RegExp])[] = [
    ['a web page', 'api', () => '<html/>', /no IceWarp API found/, /icewarp\.url/],
    [
      'a wrong password',
      'login',
      ({ command }) => (command === 'authenticate' ? failure('auth_login_invalid') : undefined),
      /wrong password/,
      /icewarp\.password/,
    ],
    [
      'an old version',
      'version',
      ({ command }) => (command === 'getserverproperties' ? properties({ C_Version: '10.3.9' }) : undefined),
      /version 10\.3\.9; 10\.4 or newer/,
      /update/,
    ],
    [
      'an ordinary account',
      'rights',
      ({ param }) =>
        param('accountemail') === 'svc@corp.test'
          ? properties({ U_Admin: '0', U_DomainAdmin: '0', U_WebAdmin: '0' })
          : undefined,
      /no administrator/,
      /administrator/,
    ],
    [
      'no domain',
      'domains',
      ({ command }) => (command === 'getdomainsinfolist' ? list([]) : undefined),
      /sees no domain/,
      /right to see/,
    ],
    [
      'an account that keeps back its state',
      'first_page',
      ({ param }) =>
        param('accountemail') === 'al@corp.test' ? account({ U_AccountDisabled: unreadable }) : undefined,
      /U_AccountDisabled of account al@corp\.test/,
      /right to read/,
    ],
    [
      'an error about the list',
      'first_page',
      ({ command }) => (command === 'getaccountsinfolist' ? failure('some_uid') : undefined),
      /getaccountsinfolist for domain corp\.test.*some_uid/,
      /right to read/,
    ],
  ];
  for (const [what, name, over, detail, remedy] of faults) {
    it(`fails at "${name}" on ${what}, and looks no further`, async () => {
      const { steps, of } = await diagnoseServer(sound(over));
      assert.equal(of(name).status, 'failed');
      assert.match(of(name).detail, detail);
      assert.match(of(name).remedy ?? '', remedy);
      const place = names.indexOf(name);
      assert.ok(steps.slice(0, place).every(({ status }) => status !== 'failed'));
      assert.ok(steps.slice(place + 1).every(({ status, detail: why }) => status === 'skipped' && why.includes(name)));
    });
  }

  const doubts: readonly (readonly [what: string, name: Name, over: Script, detail: RegExp])[] = [
    [
      'a version that may not be read',
      'version',
      ({ command }) => (command === 'getserverproperties' ? failure('x') : undefined),
      /does not tell/,
    ],
    [
      'a domain administrator',
      'rights',
      ({ param }) =>
        param('accountemail') === 'svc@corp.test' ? properties({ U_Admin: '0', U_DomainAdmin: '1' }) : undefined,
      /domain administrator/,
    ],
    [
      'an impossible value of a domain',
      'domains',
      ({ command }) =>
        command === 'getdomainproperties'
          ? properties({ D_Aliases: '', D_DisableLogin: '7', D_Expires: '0', D_ExpiresOn_Date: '' })
          : undefined,
      /D_DisableLogin is "7"/,
    ],
    [
      'a domain without accounts',
      'first_page',
      ({ command }) => (command === 'getaccountsinfolist' ? list([]) : undefined),
      /no account among them/,
    ],
  ];
  for (const [what, name, over, detail] of doubts) {
    it(`warns at "${name}" of ${what}, and looks on`, async () => {
      const { statuses, of } = await diagnoseServer(sound(over));
      assert.equal(of(name).status, 'warning');
      assert.match(of(name).detail, detail);
      assert.ok(!statuses.includes('failed'));
    });
  }

  it('says when nobody listens, and when the name is unknown', async () => {
    const server = await startServer(() => undefined);
    await server.close();
    const nobody = await diagnose(connectionTo(server.url));
    assert.match(nobody.of('reach').detail, /^127\.0\.0\.1:\d+: connection refused/);
    assert.deepEqual(nobody.statuses, ['failed', ...Array.from({ length: 7 }, () => 'skipped')]);
    assert.match((await diagnose(connectionTo('http://mail.invalid'))).of('reach').detail, /DNS/);
  });

  it('ends with the reason of the caller who gives up', async () => {
    const server = await startServer(() => () => {});
    const source = createIcewarpSource(connectionTo(server.url));
    const abort = new AbortController();
    const steps: string[] = [];
    const diagnosis = source.diagnose(({ name }) => {
      steps.push(name);
      if (name === 'tls') setTimeout(() => abort.abort(new DomainError('conflict', 'enough')), 30);
    }, abort.signal);
    await rejectsWith(diagnosis, 'conflict', /^enough$/);
    assert.deepEqual(steps, ['reach', 'tls']);
    await source.close();
    await server.close();
  });
});

describe('checking TLS', () => {
  let folder: string;
  let caFile: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'icewarp-diagnosis-'));
    caFile = join(folder, 'ca.pem');
    await writeFile(caFile, certificate);
  });
  after(() => rm(folder, { recursive: true }));

  const long = new Date('2026-12-01T00:00:00Z');
  for (const [what, over, now, status, detail] of [
    [
      'a certificate that is trusted',
      { trusted: true },
      long,
      'ok',
      /^TLSv1\.3, certificate for icewarp connector test/,
    ],
    ['a certificate nobody knows', {}, long, 'failed', /not trusted: the certificate is self-signed.*icewarp\.caFile/],
    ['any certificate allowed', { any: true }, long, 'warning', /not checked, or it would be refused/],
    ['any allowed without need', { any: true, trusted: true }, long, 'warning', /not checked \(icewarp\.accept/],
    [
      'a certificate that ends soon',
      { trusted: true },
      new Date('2126-10-25T00:00:00Z'),
      'warning',
      /valid for 6 more days/,
    ],
    [
      'a certificate that has ended',
      { trusted: true },
      new Date('2126-11-03T00:00:00Z'),
      'warning',
      /ended 2 days ago/,
    ],
  ] as const satisfies readonly (readonly [string, { trusted?: true; any?: true }, Date, string, RegExp])[]) {
    it(`says "${status}" of ${what}`, async () => {
      const server = await startServer(sound(), { cert: certificate, key });
      const { trusted = false, any = false } = over as { trusted?: boolean; any?: boolean };
      const connection = connectionTo(server.url, {
        caFile: trusted ? caFile : undefined,
        acceptAnyCertificate: any,
      });
      const { of } = await diagnose(connection, now);
      assert.equal(of('tls').status, status);
      assert.match(of('tls').detail, detail);
      assert.equal(of('first_page').status, status === 'failed' ? 'skipped' : 'ok');
      await server.close();
    });
  }

  it('says when the certificate is for another name', async () => {
    const server = await startServer(sound(), { cert: certificate, key });
    const { of } = await diagnose(connectionTo(server.url.replace('127.0.0.1', 'localhost'), { caFile }));
    assert.equal(of('tls').status, 'failed');
    assert.match(of('tls').detail, /for another name/);
    await server.close();
  });

  it('says when the port speaks no TLS, and when it says nothing', async () => {
    for (const [greeting, detail] of [
      ['HTTP/1.1 400 Bad Request\r\n\r\n', /no TLS spoken/],
      ['', /time-out/],
    ] as const) {
      const plain = createTcpServer((socket) => {
        socket.on('error', () => {}).resume();
        if (greeting !== '') socket.end(greeting);
      });
      await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
      const { port } = plain.address() as { port: number };
      const { of } = await diagnose(connectionTo(`https://127.0.0.1:${port}`, { timeoutMs: 300 }));
      assert.equal(of('tls').status, 'failed');
      assert.match(of('tls').detail, detail);
      await new Promise((resolve) => plain.close(resolve));
    }
  });
});
