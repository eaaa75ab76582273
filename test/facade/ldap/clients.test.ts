import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import ldap from 'ldapjs';
import { missingPrograms } from '../../support/programs.ts';
import { createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 10_000 }, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, out, err });
    });
  });
}

describe('ldap-utils', {
  skip: missingPrograms('ldapsearch', 'ldapwhoami', 'ldapcompare', 'ldappasswd', 'ldapmodify'),
}, () => {
  let world: LdapWorld;
  let url: string;
  before(async () => {
    world = await startWorld({}, publish(createCompany(40)));
    url = `ldap://127.0.0.1:${world.port}`;
  });
  after(() => world.stop());

  const reader = ['-x', '-D', 'cn=reader', '-w', 'reader-demo'];
  const search = (...args: string[]) => run('ldapsearch', ['-H', url, '-LLL', '-o', 'ldif-wrap=no', ...args]);

  it('ldapwhoami says who has logged in, by address, alias and DN', async () => {
    const whoAmI = (name: string, password: string) => run('ldapwhoami', ['-H', url, '-x', '-D', name, '-w', password]);
    assert.equal(
      (await whoAmI('alice@example.com', 'alice-demo')).out.trim(),
      'dn:uid=alice@example.com,ou=users,o=icewarp',
    );
    assert.equal(
      (await whoAmI('robert@example.com', 'bob-demo')).out.trim(),
      'dn:uid=bob@example.com,ou=users,o=icewarp',
    );
    assert.equal((await whoAmI('cn=reader', 'reader-demo')).out.trim(), 'dn:cn=reader');
    assert.equal((await run('ldapwhoami', ['-H', url, '-x'])).out.trim(), 'anonymous');
    for (const [name, password] of [
      ['alice@example.com', 'wrong'],
      ['carol@example.com', 'carol-demo'],
    ] as const) {
      const refused = await whoAmI(name, password);
      assert.equal(refused.status, 49);
      assert.match(refused.err, /Invalid credentials/);
    }
  });

  it('ldapsearch shows a user with groups and privileges', async () => {
    const { status, out } = await search(...reader, '-b', 'o=icewarp', '(mail=alice@example.com)', 'mail', 'memberOf');
    assert.equal(status, 0);
    assert.match(out, /^dn: uid=alice@example\.com,ou=users,o=icewarp$/m);
    assert.match(out, /^memberOf: cn=auditors@example\.com,ou=groups,o=icewarp$/m);
    assert.match(out, /^memberOf: cn=LogOn,ou=privileges,o=icewarp$/m);
  });

  it('ldapsearch reads the root DSE without a login, and the tree not', async () => {
    const { out } = await search('-x', '-b', '', '-s', 'base', '+', '*');
    assert.match(out, /^namingContexts: o=icewarp$/m);
    assert.equal((await search('-x', '-b', 'o=icewarp')).status, 50);
  });

  it('ldapsearch pages', async () => {
    const { status, out } = await search(
      ...reader,
      '-b',
      'ou=users,o=icewarp',
      '-s',
      'one',
      '-E',
      '!pr=7/noprompt',
      '(uid=*)',
      'uid',
    );
    assert.equal(status, 0);
    assert.equal(out.match(/^dn: /gm)?.length, 45);
  });

  it('ldapsearch meets its own limit', async () => {
    const { status, out } = await search(...reader, '-b', 'ou=users,o=icewarp', '-z', '3', '(uid=*)', '1.1');
    assert.equal(status, 4);
    assert.equal(out.match(/^dn: /gm)?.length, 3);
  });

  it('ldapsearch sorts, and pages what is sorted', async () => {
    const args = ['-b', 'ou=users,o=icewarp', '-s', 'one', '(uid=*)', 'givenName'];
    const names = (out: string) => [...out.matchAll(/^givenName: (.*)$/gm)].map(([, name]) => name);
    const plain = await search(...reader, '-E', '!sss=-givenName:2.5.13.3', ...args);
    assert.equal(plain.status, 0);
    assert.deepEqual(names(plain.out).slice(0, 2), ['user9', 'user8']);
    const paged = await search(...reader, '-E', '!sss=-givenName', '-E', '!pr=7/noprompt', ...args);
    assert.deepEqual(names(paged.out), names(plain.out));
    assert.equal((await search(...reader, '-E', '!sss=memberOf', ...args)).status, 12);
  });

  it('ldapsearch shows the subschema, to everybody', async () => {
    const { status, out } = await search('-x', '-b', 'cn=subschema', '-s', 'base', '+');
    assert.equal(status, 0);
    assert.match(out, /^attributeTypes: \( 2\.5\.4\.3 NAME \( 'cn' 'commonName' \) EQUALITY caseIgnoreMatch /m);
    assert.match(out, /^objectClasses: \( 2\.25\.\d+\.2\.1 NAME 'icewarpAccount' .* AUXILIARY MAY \( /m);
    assert.match(out, /^ldapSyntaxes: /m);
  });

  it('ldapsearch asks for a class, a part of the DN and an assertion', async () => {
    const byClass = await search(...reader, '-b', 'o=icewarp', '(mail=bob@example.com)', '@person');
    assert.deepEqual(
      [...byClass.out.matchAll(/^(\w+):/gm)].map(([, name]) => name),
      ['dn', ...Array.from({ length: 5 }, () => 'objectClass'), 'cn', 'sn'],
    );
    const byDn = await search(...reader, '-b', 'o=icewarp', '(&(ou:dn:=Users)(givenName:caseExactMatch:=bob))', '1.1');
    assert.match(byDn.out, /^dn: uid=bob@example\.com/);
    const base = ['-b', 'ou=users,o=icewarp', '-s', 'base'];
    assert.equal((await search(...reader, '-e', '!assert=(ou=users)', ...base)).status, 0);
    assert.equal((await search(...reader, '-e', '!assert=(ou=groups)', ...base)).status, 122);
  });

  it('ldapcompare compares', async () => {
    const compare = (assertion: string) =>
      run('ldapcompare', ['-H', url, ...reader, 'uid=alice@example.com,ou=users,o=icewarp', assertion]);
    assert.equal((await compare('sn:EXAMPLE')).status, 6);
    assert.equal((await compare('sn:Other')).status, 5);
  });

  it('ldappasswd and ldapmodify are told where passwords are changed', async () => {
    const password = await run('ldappasswd', [
      '-H',
      url,
      ...reader,
      '-s',
      'new',
      'uid=alice@example.com,ou=users,o=icewarp',
    ]);
    assert.notEqual(password.status, 0);
    assert.match(password.err + password.out, /changed in IceWarp/);
    const remove = await run('ldapdelete', ['-H', url, ...reader, 'uid=alice@example.com,ou=users,o=icewarp']);
    assert.equal(remove.status, 53);
  });

  it('StartTLS, where it is demanded, fails cleanly', async () => {
    assert.notEqual((await search('-ZZ', ...reader, '-b', 'o=icewarp')).status, 0);
  });

  it('an LDAPv2 bind works', async () => {
    const { status, out } = await search('-P', '2', ...reader, '-b', 'o=icewarp', '(uid=bob@example.com)', 'cn');
    assert.equal(status, 0);
    assert.match(out, /^cn: Bob Example$/m);
  });
});

describe('ldapjs’ client', () => {
  let world: LdapWorld;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('binds, searches, compares, pages, is refused and unbinds', async () => {
    const client = ldap.createClient({ url: `ldap://127.0.0.1:${world.port}` });
    client.on('error', () => {});
    const bind = (name: string, password: string) =>
      new Promise<number>((resolve) =>
        client.bind(name, password, (error) => resolve(error === null ? 0 : codeOf(error))),
      );
    const search = (options: ldap.SearchOptions) =>
      new Promise<string[]>((resolve, reject) => {
        client.search('o=icewarp', options, (error, result) => {
          if (error !== null) return reject(error);
          const found: string[] = [];
          result.on('searchEntry', (entry) => found.push(String(entry.dn)));
          result.on('error', reject);
          result.on('end', () => resolve(found));
        });
      });
    assert.equal(await bind('alice@example.com', 'wrong'), 49);
    assert.equal(await bind('cn=reader', 'reader-demo'), 0);
    const filter = '(&(objectClass=person)(|(mail=bob@*)(givenName=alice))(!(sn=nobody)))';
    assert.equal((await search({ scope: 'sub', filter })).length, 2);
    assert.equal((await search({ scope: 'sub', filter: '(objectClass=*)', paged: { pageSize: 5 } })).length, 23);
    const compared = await new Promise((resolve) =>
      client.compare('uid=bob@example.com,ou=users,o=icewarp', 'mail', 'robert@example.com', (_, matched) =>
        resolve(matched),
      ),
    );
    assert.equal(compared, true);
    await new Promise<void>((resolve) => client.unbind(() => resolve()));
  });
});

function codeOf(error: Error): number {
  return 'code' in error && typeof error.code === 'number' ? error.code : -1;
}
