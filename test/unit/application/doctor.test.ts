import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAccounts } from '../../../sidecar/application/doctor/check-accounts.ts';
import { checkCertificates } from '../../../sidecar/application/doctor/check-certificates.ts';
import { checkClock } from '../../../sidecar/application/doctor/check-clock.ts';
import { checkDatabase } from '../../../sidecar/application/doctor/check-database.ts';
import { checkDirectory, type DirectoryFacts } from '../../../sidecar/application/doctor/check-directory.ts';
import { checkIcewarp } from '../../../sidecar/application/doctor/check-icewarp.ts';
import { checkListeners } from '../../../sidecar/application/doctor/check-listeners.ts';
import { checkLockout } from '../../../sidecar/application/doctor/check-lockout.ts';
import { checkPorts, type PortState } from '../../../sidecar/application/doctor/check-ports.ts';
import { checkService } from '../../../sidecar/application/doctor/check-service.ts';
import { checkSettings } from '../../../sidecar/application/doctor/check-settings.ts';
import type {
  LdapVisit,
  LdapVisits,
  ListenerPlace,
  ShownTls,
} from '../../../sidecar/application/doctor/listener-visits.ts';
import { type Check, runChecks } from '../../../sidecar/application/doctor/run-checks.ts';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { LoginPolicy } from '../../../sidecar/core/login/policy.ts';
import { defaultLoginSettings } from '../../../sidecar/core/login/settings.ts';
import { Secret } from '../../../sidecar/core/secret.ts';

const now = () => new Date('2026-11-24T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now().getTime() - minutes * 60_000);

/** `status detail` of each finding. Every one but an `ok` has a remedy. */
async function run(check: Check) {
  const findings = await runChecks([check], () => {});
  for (const { status, remedy, detail } of findings) assert.equal(remedy !== undefined, status !== 'ok', detail);
  return findings.map(({ status, detail }) => `${status} ${detail}`);
}

async function expectOne(check: Check, pattern: RegExp) {
  const findings = await run(check);
  assert.equal(findings.length, 1, findings.join('\n'));
  assert.match(findings[0] ?? '', pattern);
}

describe('the run of checks', () => {
  const check = (name: Check['name'], work: Check['run']): Check => ({ name, remedy: `mend ${name}`, run: work });

  it('goes on after a check that failed, and tells each finding as it comes', async () => {
    const told: string[] = [];
    const findings = await runChecks(
      [
        check('clock', async () => Promise.reject(new DomainError('upstream_unavailable', 'no\nanswer'))),
        check('ports', async () => Promise.reject(new TypeError('oops'))),
        check('service', async (find) => find({ status: 'ok', detail: 'well' })),
      ],
      ({ check: name }) => told.push(name),
    );
    assert.deepEqual(
      findings.map(({ status, detail, remedy }) => [status, detail, remedy]),
      [
        ['fail', 'no answer', 'mend clock'],
        ['fail', 'internal error: oops', 'mend ports'],
        ['ok', 'well', undefined],
      ],
    );
    assert.deepEqual(told, ['clock', 'ports', 'service']);
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const checks = [
      check('clock', async () => controller.abort(new Error('Ctrl-C'))),
      check('ports', async () => assert.fail('came too far')),
    ];
    await assert.rejects(
      runChecks(checks, () => {}, controller.signal),
      /Ctrl-C/,
    );
  });
});

describe('the check of', () => {
  it('the settings makes a line of each fault and warning', async () => {
    const message = '2 faults in the settings:\n  ldap.port: is no number\n  http.port: is no number';
    assert.deepEqual(await run(checkSettings({ kind: 'faulty', message })), [
      'fail ldap.port: is no number',
      'fail http.port: is no number',
    ]);
    assert.deepEqual(await run(checkSettings({ kind: 'faulty', message: 'sidecar.yaml is no YAML' })), [
      'fail sidecar.yaml is no YAML',
    ]);
    assert.deepEqual(await run(checkSettings({ kind: 'sound', given: 2, warnings: ['in clear'] })), [
      'ok sound: 2 given, the others at their defaults',
      'warn in clear',
    ]);
  });

  it('IceWarp leaves out what was not looked at, and tells of a login that worked', async () => {
    for (const [status, isTold] of [
      ['ok', true],
      ['failed', false],
    ] as const) {
      let told = false;
      const source = {
        async diagnose(onStep: Parameters<Parameters<typeof checkIcewarp>[0]['diagnose']>[0]) {
          onStep({ name: 'login', status, detail: 'as admin', ...(status === 'failed' && { remedy: 'mend it' }) });
          onStep({ name: 'rights', status: 'skipped', detail: 'not looked at' });
          return [];
        },
      };
      const check = checkIcewarp(source, () => {
        told = true;
      });
      assert.deepEqual(await run(check), [`${status === 'ok' ? 'ok' : 'fail'} login: as admin`]);
      assert.equal(told, isTold);
    }
  });

  it('the lock-out compares IceWarp’s limit with ours, and asks nothing after a refused login', async () => {
    const { limits } = defaultLoginSettings;
    const policy: LoginPolicy = { isEnabled: true, attempts: 5, blockPeriodMs: 1_800_000, mode: 'block' };
    const of = async (read: LoginPolicy | undefined, mayAsk = true) => {
      const readPolicy = async () => (mayAsk ? read : assert.fail('asked'));
      return (await run(checkLockout({ mayAsk: () => mayAsk, readPolicy, limits })))[0] ?? '';
    };
    assert.match(await of(policy), /^ok IceWarp blocks the account after 5 failed logins for 30 minutes; .* 3 wrong/);
    assert.match(await of({ ...policy, attempts: 2 }), /^warn .* at most 1 wrong/);
    assert.match(await of({ ...policy, attempts: 1 }), /^fail IceWarp acts after 1 failed login/);
    assert.match(await of({ ...policy, mode: 'delay', attempts: 2 }), /^ok IceWarp delays logins/);
    assert.match(await of({ ...policy, isEnabled: false }), /^ok .* is off/);
    assert.match(await of(undefined), /^warn IceWarp does not tell its login policy/);
    assert.match(await of(policy, false), /^warn .* was not read/);
  });

  it('the clock allows for whole seconds and the time of the question', async () => {
    const of = (theirs: string | undefined) =>
      checkClock({
        read: async () => (theirs === undefined ? undefined : new Date(theirs)),
        clock: { now: () => new Date('2026-11-24T12:00:00.900Z'), sleep: async () => {} },
      });
    await expectOne(of('2026-11-24T12:00:00Z'), /^ok .* agrees/);
    await expectOne(of('2026-11-24T11:59:50Z'), /^ok .* 10 s ahead of/);
    await expectOne(of('2026-11-24T12:00:40Z'), /^warn .* 39 s behind/);
    await expectOne(of('2026-11-24T11:54:00Z'), /^fail .* 360 s ahead of/);
    await expectOne(of(undefined), /^warn .* does not tell/);
  });

  it('the database tells one that is not there, and accounts that cannot log in', async () => {
    await expectOne(
      checkDatabase(async () => undefined),
      /^fail there is no database yet$/,
    );
    const line = { origin: 'made', secretId: 'x', createdAt: now(), rotatedAt: now() } as const;
    const serviceAccounts = [
      { ...line, name: 'good', status: 'usable' },
      { ...line, name: 'old', status: 'other_key' },
      { ...line, name: 'twice', status: 'hidden' },
    ] as const;
    const findings = await run(checkDatabase(async () => ({ name: '/data/sidecar.sqlite', serviceAccounts })));
    assert.deepEqual(
      findings.map((text) => text.split(' ')[0]),
      ['ok', 'fail', 'warn'],
    );
    assert.match(findings[1] ?? '', /the service account old was made with another key/);
  });

  it('the directory judges its size and the last run', async () => {
    const lastRun = (outcome: 'applied' | 'held' | 'failed', minutes = 2) => {
      const at = minutesAgo(minutes);
      return { id: 'r', sourceId: 'icewarp', startedAt: at, endedAt: at, outcome, summary: 'so it was' };
    };
    const facts: DirectoryFacts = { generation: 3, users: 24, groups: 7, lastRun: lastRun('applied') };
    const of = (read: DirectoryFacts | undefined) =>
      run(checkDirectory({ read: async () => read, intervalMs: 300_000, now }));
    assert.deepEqual(await of(facts), [
      'ok 24 users and 7 groups, generation 3',
      'ok the last synchronisation, 2 min ago: so it was',
    ]);
    assert.match((await of({ ...facts, lastRun: lastRun('failed') }))[1] ?? '', /^fail .* failed: so it was/);
    assert.match((await of({ ...facts, lastRun: lastRun('held') }))[1] ?? '', /^warn .* is held/);
    assert.match((await of({ ...facts, lastRun: lastRun('applied', 300) }))[1] ?? '', /^warn .* 5 h ago, is older/);
    assert.match((await of({ ...facts, generation: 0, lastRun: undefined }))[0] ?? '', /^fail nothing was ever/);
    assert.match((await of({ ...facts, users: 0 }))[0] ?? '', /^fail no user is served/);
    assert.match((await of(undefined))[0] ?? '', /^fail nothing was ever/);
  });

  it('certificates counts their days and goes on after one that cannot be used', async () => {
    const of = (expiresAt: () => Promise<Date>) => ({ section: 'ldap.tls', file: '/etc/ldap.pem', expiresAt });
    const ending = (text: string) => of(async () => new Date(text));
    const findings = await run(
      checkCertificates(
        [
          of(() => Promise.reject(new DomainError('invalid_input', 'ldap.tls.keyFile: no key'))),
          ending('2027-11-24T13:00:00Z'),
          ending('2026-12-01T13:00:00Z'),
          ending('2026-11-24T11:00:00Z'),
        ],
        now,
      ),
    );
    assert.match(
      findings.join('\n'),
      /^fail ldap\.tls\.keyFile: no key\nok .* 365 days\nwarn .* in 7 days\nfail .* ended on 2026/,
    );
    await expectOne(checkCertificates([], now), /^ok no listener/);
  });

  it('ports tells free, ours and another program’s', async () => {
    const port = { setting: 'ldap.port', host: '127.0.0.1', port: 389 };
    const of = (state: PortState, ours: boolean | undefined, number = 389) =>
      checkPorts({ ports: [{ ...port, port: number }], look: async () => state, isOurs: async () => ours });
    const taken = { kind: 'taken', owners: ['slapd (process 7)'] } as const;
    await expectOne(of(taken, true), /^ok .*is this service’s \(slapd \(process 7\)\)$/);
    await expectOne(of(taken, false), /^fail ldap\.port: port 389 on 127\.0\.0\.1 is taken by another program \(slapd/);
    await expectOne(of({ kind: 'taken', owners: [] }, false), /^fail .* another program$/);
    await expectOne(of(taken, undefined), /^ok .*is in use \(slapd \(process 7\)\); it takes no questions/);
    await expectOne(of({ kind: 'free' }, false), /^warn .* is free/);
    await expectOne(of(taken, false, 0), /^warn ldap\.port is 0/);
  });

  it('the service passes on what its health page says, and sees that it serves an old version', async () => {
    const parts = {
      directory: { status: 'ok', generation: 4 },
      icewarp: { status: 'degraded', state: 'down' },
      sync: { status: 'degraded', lastError: 'no\nanswer' },
      ldap: { status: 'down', message: 'not listening' },
    };
    const of = (read: typeof parts | undefined, url: string | undefined = 'http://127.0.0.1:8080/health/ready') =>
      run(checkService({ url, read: async () => read && { parts: read }, storedGeneration: () => 5 }));
    assert.deepEqual(await of(parts), [
      'warn the service serves generation 4, the database holds 5',
      'warn icewarp is degraded',
      'warn sync is degraded: no answer',
      'fail ldap is down: not listening',
    ]);
    assert.match((await of(undefined))[0] ?? '', /^warn .* nothing answers at http/);
  });
});

const place: ListenerPlace = {
  ...{ name: 'archive', section: 'ldap.listeners[0]', host: '127.0.0.1', port: 636, tls: 'ldaps' },
  ...{ obstacle: undefined, takesPasswords: true, certificateOfFile: 'AA:BB' },
};
const shown: ShownTls = {
  ...{ protocol: 'TLSv1.3', names: ['ldap.example.com'], validUntil: new Date('2027-01-01'), fingerprint: 'AA:BB' },
  ...{ distrust: undefined, wrongName: undefined },
};

function createVisits(over: Partial<LdapVisit> = {}, tls: ShownTls = shown) {
  const binds: string[] = [];
  let open = 0;
  const visits: LdapVisits = {
    lookAtTls: async () => tls,
    async open(where) {
      open += 1;
      return {
        readRootDse: async () => ({ vendor: 'IceWarp identity sidecar', bases: ['o=icewarp'] }),
        async bind(dn, password) {
          binds.push(`${dn} on ${where.name}`);
          return password.reveal() === 'right' ? 0 : 49;
        },
        readUsers: async () => ({ users: 10, more: true }),
        close() {
          open -= 1;
        },
        ...over,
      };
    },
  };
  return { visits, binds, openNow: () => open };
}

describe('the check of listeners', () => {
  const of = (visits: LdapVisits, more: { hasAuthority?: boolean; places?: readonly ListenerPlace[] } = {}) =>
    run(checkListeners({ places: [place], visits, baseDn: 'o=icewarp', hasAuthority: false, now, ...more }));
  const tlsOf = async (tls: Partial<ShownTls>, hasAuthority = false) =>
    (await of(createVisits({}, { ...shown, ...tls }).visits, { hasAuthority }))[0] ?? '';

  it('judges the certificate as a client would', async () => {
    assert.match(await tlsOf({}), /^ok archive \(ldaps:\/\/127\.0\.0\.1:636\) speaks TLSv1\.3 by TLS.*is trusted$/);
    assert.match(await tlsOf({ distrust: 'SELF_SIGNED_CERT_IN_CHAIN' }), /^warn .* does not know/);
    assert.match(await tlsOf({ distrust: 'SELF_SIGNED_CERT_IN_CHAIN' }, true), /^fail .* is not trusted/);
    assert.match(await tlsOf({ distrust: 'INVALID_PURPOSE' }), /^fail .* is not trusted/);
    assert.match(await tlsOf({ validUntil: new Date('2026-11-01') }), /^fail .* ended on/);
    assert.match(await tlsOf({ wrongName: 'not ldap.example.net' }), /^fail .*: not ldap/);
    assert.match(await tlsOf({ fingerprint: 'CC' }), /^warn .* is not the one in the file/);
  });

  it('sees another server, another tree, and a failure on one listener goes past none of the others', async () => {
    const other = { readRootDse: async () => ({ vendor: 'OpenLDAP', bases: [] }) };
    assert.match((await of(createVisits(other).visits))[1] ?? '', /^fail .* is another LDAP server, OpenLDAP/);
    const tree = { readRootDse: async () => ({ vendor: 'IceWarp identity sidecar', bases: ['o=old'] }) };
    assert.match((await of(createVisits(tree).visits))[1] ?? '', /^warn .* serves o=old, the settings say o=icewarp/);
    const broken = createVisits({ readRootDse: () => Promise.reject(new DomainError('upstream_unavailable', 'cut')) });
    const second = { ...place, name: 'second', obstacle: 'it is elsewhere' };
    const findings = await of(broken.visits, { places: [{ ...place, tls: 'none' }, second, { ...place, port: 0 }] });
    assert.deepEqual(
      findings.map((text) => text.slice(0, 12)),
      ['fail archive', 'warn second '],
    );
    assert.equal(broken.openNow(), 0);
  });
});

describe('the check of service accounts', () => {
  const account = (name: string, password: string) => ({ name, password: new Secret(password), hasCertificate: false });
  const places = [place, { ...place, name: 'second' }, { ...place, name: 'clear', takesPasswords: false }];
  const of = (visits: LdapVisits, accounts: Parameters<typeof checkAccounts>[0]['accounts']) =>
    run(checkAccounts({ accounts, places, visits, baseDn: 'o=icewarp' }));

  it('tries each on every listener that takes passwords, and a refused one never again', async () => {
    const { visits, binds, openNow } = createVisits();
    const findings = await of(visits, [account('good', 'right'), account('bad', 'wrong')]);
    assert.deepEqual(binds, ['cn=good on archive', 'cn=good on second', 'cn=bad on archive']);
    assert.deepEqual(
      findings.map((text) => text.split(' ')[0]),
      ['ok', 'ok', 'fail'],
    );
    assert.equal(openNow(), 0);
    assert.ok(!/right|wrong/.test(findings.join()));
  });

  it('waits for a listener that does not answer once, not for each account', async () => {
    const { visits } = createVisits({
      bind: () => Promise.reject(new DomainError('upstream_unavailable', 'no answer')),
    });
    const findings = await of(visits, [account('a', 'right'), account('b', 'right')]);
    assert.deepEqual(
      findings.map((text) => text.slice(0, 16)),
      ['fail a on archiv', 'fail a on second'],
    );
  });

  it('tells one that sees nobody, one that is answered otherwise, and ones that have no password', async () => {
    const blind = createVisits({ readUsers: async () => ({ users: 0, more: false }) });
    assert.match((await of(blind.visits, [account('a', 'right')]))[0] ?? '', /^warn a on .* sees no user$/);
    const busy = createVisits({ bind: async () => 51 });
    assert.match((await of(busy.visits, [account('a', 'right')]))[0] ?? '', /^fail a on .* LDAP result 51$/);
    const none = { password: undefined };
    const { visits, binds } = createVisits();
    assert.deepEqual(
      (
        await of(visits, [
          { name: 'c', hasCertificate: true, ...none },
          { name: 'd', hasCertificate: false, ...none },
        ])
      ).map((text) => text.slice(0, 6)),
      ['ok c l', 'warn d'],
    );
    assert.deepEqual(binds, []);
    assert.match((await of(visits, []))[0] ?? '', /^warn the settings have no service account/);
  });
});
