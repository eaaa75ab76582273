import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findProgram } from '../../support/programs.ts';
import { type ClientWorld, startClientWorld } from './support/client-world.ts';
import { missingLibrary, runForeignClient } from './support/foreign-client.ts';

interface LoginAnswer {
  readonly hits: number | readonly unknown[] | { readonly error: number };
  readonly dn?: string;
  readonly bind?: number;
  readonly name?: string;
  readonly accounts?: number;
  readonly lists?: readonly string[];
  readonly addresses?: readonly string[];
  readonly isAuditor?: boolean;
  readonly isAdministrator?: boolean;
}
type Row = Readonly<Record<string, string | readonly string[]>>;

const groups = 'ou=groups,o=icewarp';
const php = findProgram('php') ?? 'php';
const reason = await missingLibrary(
  php,
  ['-r', 'exit(function_exists("ldap_connect") ? 0 : 1);'],
  'php-cli or php-ldap',
);

/** piler's settings as they are shipped (classes and attributes of Active Directory), and what an installation fills in. */
const piler = {
  base: 'o=icewarp',
  helper: { dn: 'cn=piler', password: 'piler-demo' },
  mailAttribute: 'proxyAddresses',
  account: 'user',
  list: 'group',
  listAttribute: 'member',
  auditorDn: `cn=auditors@example.com,${groups}`,
  administratorDn: `cn=archive-admins@example.com,${groups}`,
};

describe('piler, by PHP’s LDAP extension', { skip: reason }, () => {
  let world: ClientWorld;
  before(async () => {
    world = await startClientWorld({
      listeners: [
        { name: 'starttls', tls: 'starttls', profile: 'piler', settings: { requireTls: true } },
        { name: 'ldaps', tls: 'ldaps', profile: 'piler' },
      ],
      accounts: [{ name: 'piler', password: piler.helper.password, profile: 'piler' }],
    });
  });
  after(() => world?.stop());

  const run = <Answer>(listener: string, order: Readonly<Record<string, unknown>>) =>
    runForeignClient<Answer>(php, 'piler-client.php', {
      ...piler,
      url: world.url(listener),
      startTls: listener === 'starttls',
      caFile: world.certificates.caFile,
      ...order,
    });
  const logIn = (login: string, password: string, more: Readonly<Record<string, unknown>> = {}) =>
    run<LoginAnswer>('starttls', { login, password, ...more });

  for (const listener of ['starttls', 'ldaps']) {
    it(`logs a person in by ${listener}, with the groups that she is in as owners of mail`, async () => {
      const login = { login: 'alice@example.com', password: 'alice-demo' };
      const { lists = [], addresses = [], ...answer } = await run<LoginAnswer>(listener, login);
      assert.deepEqual(answer, {
        hits: 1,
        dn: 'uid=alice@example.com,ou=users,o=icewarp',
        bind: 0,
        name: 'Alice Archer',
        accounts: 1,
        isAuditor: true,
        isAdministrator: false,
      });
      assert.ok(lists.includes(piler.auditorDn), 'auditors@ has her through legal-team@');
      assert.ok(lists.includes(`cn=legal-team@example.com,${groups}`));
      assert.ok(!lists.includes(piler.administratorDn));
      for (const address of ['alice@example.com', 'alice.archer@example.com', 'legal-team@example.com']) {
        assert.ok(addresses.includes(address), address);
      }
      assert.ok(!addresses.includes('archive-admins@example.com'));
      assert.ok(!addresses.includes('bob@example.com'), 'nobody else’s mail');
    });
  }

  it('finds a person by an alias and in any case, and compares group names byte by byte', async () => {
    const byAlias = await logIn('Robert@Example.COM', 'bob-demo');
    assert.equal(byAlias.dn, 'uid=bob@example.com,ou=users,o=icewarp');
    assert.deepEqual([byAlias.isAuditor, byAlias.isAdministrator], [false, true]);
    const otherSpelling = { administratorDn: piler.administratorDn.replace('cn=', 'CN=') };
    const { isAdministrator } = await logIn('bob@example.com', 'bob-demo', otherSpelling);
    assert.equal(isAdministrator, false, 'the script would see a difference');
  });

  it('takes a privilege for the role as well', async () => {
    const { isAuditor } = await logIn('zoe@example.com', 'zoe-demo', { auditorDn: 'cn=LogOn,ou=privileges,o=icewarp' });
    assert.equal(isAuditor, true);
    const zoe = await logIn('zoe@example.com', 'zoe-demo');
    assert.deepEqual([zoe.isAuditor, zoe.isAdministrator], [false, false]);
  });

  it('works by `mail` and the classes of the tree too', async () => {
    const settings = { mailAttribute: 'mail', account: 'icewarpAccount', list: 'groupOfNames' };
    const { bind, accounts, lists, isAuditor } = await logIn('alice.archer@example.com', 'alice-demo', settings);
    assert.deepEqual([bind, accounts, isAuditor], [0, 1, true]);
    assert.ok(lists?.includes(piler.auditorDn));
  });

  it('refuses a wrong password, a disabled account and a name that nobody has', async () => {
    assert.equal((await logIn('alice@example.com', 'wrong')).bind, 49);
    assert.equal((await logIn('carol@example.com', 'carol-demo')).bind, 49);
    assert.deepEqual(await logIn('nobody@example.com', 'x'), { hits: [] });
  });

  it('lives with names that are put into the filter as they were typed', async () => {
    const widened = await logIn('*', 'alice-demo');
    assert.ok(Number(widened.hits) > 15 && widened.dn !== 'uid=alice@example.com,ou=users,o=icewarp');
    assert.equal(widened.bind, 49, 'the first of all hits is not whose password it is');
    const outOfBounds = await logIn('x)(uid=alice@example.com', 'alice-demo');
    assert.deepEqual(outOfBounds, { hits: [] });
    const broken = await logIn('alice@example.com)', 'alice-demo');
    assert.deepEqual(broken, { hits: { error: -7 } }, 'the library itself finds no filter in it');
    assert.equal((await logIn('alice@example.com', 'alice-demo')).bind, 0, 'and the service goes on');
  });

  it('imports everybody in one answer, unpaged', async () => {
    const answer = await run<Readonly<Record<'generic' | 'directory', readonly Row[]>> & { longestDn: number }>(
      'ldaps',
      {
        step: 'import',
      },
    );
    const [alice] = answer.generic.filter(({ dn }) => dn === 'uid=alice@example.com,ou=users,o=icewarp');
    assert.equal(alice?.cn, 'Alice Archer');
    assert.ok([alice?.mail].flat().includes('alice@example.com'));
    assert.ok(answer.generic.length > 20 && answer.longestDn <= 255);
    assert.ok(
      answer.generic.some(({ dn }) => dn === piler.auditorDn),
      'groups have addresses too',
    );
    assert.ok(answer.directory.length > 15);
    for (const { dn, samaccountname, displayname } of answer.directory) {
      assert.ok(typeof samaccountname === 'string' && typeof displayname === 'string', String(dn));
    }
  });
});
