import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { missingLibrary, runForeignClient } from './support/foreign-client.ts';

/** Debian's own: another Python on PATH does not see the packages. */
const python = '/usr/bin/python3';
const bobDn = 'uid=bob@example.com,ou=users,o=icewarp';
const aliceDn = 'uid=alice@example.com,ou=users,o=icewarp';
/** Every character that a filter, a DN or LDIF would have escaped. */
const odd = { givenName: 'Ann "Lab*"', surname: '(R\\D), #1 + =<;>' };

const reason = await missingLibrary(python, ['-c', 'import ldap, ldap3'], 'python3-ldap or python3-ldap3');

describe('Python', { skip: reason }, () => {
  let world: ClientWorld;
  let order: Readonly<Record<string, unknown>>;
  before(async () => {
    world = await startClientWorld({
      prepare: (company) => company.addAccount({ address: 'odd@example.com', displayName: 'Odd', ...odd }),
      listeners: [
        { name: 'starttls', tls: 'starttls', settings: { requireTls: true } },
        { name: 'ldaps', tls: 'ldaps' },
      ],
    });
    const { caFile, strangerCaFile } = world.certificates;
    const urls = { ldap: world.url('ldap'), starttls: world.url('starttls'), ldaps: world.url('ldaps') };
    order = { ...urls, caFile, strangerCaFile, reader };
  });
  after(() => world?.stop());

  describe('python-ldap', () => {
    const run = <Answer>(step: string, more: Readonly<Record<string, unknown>> = {}) =>
      runForeignClient<Answer>(python, 'python-ldap-client.py', { ...order, step, ...more });

    it('logs in by StartTLS and LDAPS, is nobody after a refusal, and insists on the right authority', async () => {
      const expected = ['dn:cn=reader', 'INVALID_CREDENTIALS', '', `dn:${aliceDn}`];
      const answers = await run<Readonly<Record<string, readonly string[]>>>('secured');
      assert.deepEqual(answers.starttls?.slice(0, 4), expected);
      assert.deepEqual(answers.ldaps?.slice(0, 4), expected);
      for (const listener of ['starttls', 'ldaps']) {
        assert.match(answers[listener]?.[4] ?? '', /^(CONNECT_ERROR|SERVER_DOWN)$/, listener);
      }
    });

    it('understands the whole schema, and every entry keeps it', async () => {
      assert.deepEqual(await run('schema'), { dn: 'cn=subschema', faults: [], unlawful: [] });
    });

    it('pages through exactly what it gets unpaged', async () => {
      const { pages, paged, whole } = await run<{ pages: number; paged: string[]; whole: string[] }>('paged');
      assert.ok(whole.length > 15 && whole.includes(bobDn));
      assert.deepEqual(paged, whole);
      assert.equal(pages, Math.ceil(whole.length / 4));
    });

    it('asks many things at once, takes the answers in another order, and abandons one', async () => {
      const { answers, streamed } = await run<{ answers: Record<string, string>; streamed: number }>('asynchronous');
      assert.equal(Object.keys(answers).length, 4);
      for (const [asked, uid] of Object.entries(answers)) assert.equal(asked, `(uid=${uid})`);
      assert.ok(streamed > 15);
    });

    it('sorts, compares, meets limits, and gets the code that its exceptions are named after', async () => {
      const { unknownUncritical, firstSorted, ...answers } = await run<Record<string, unknown>>('limits_and_controls');
      assert.deepEqual(answers, {
        sizeLimit: 'SIZELIMIT_EXCEEDED',
        sorted: true,
        unknownCritical: 'UNAVAILABLE_CRITICAL_EXTENSION',
        compare: [true, false, 'NO_SUCH_OBJECT'],
        badFilter: 'FILTER_ERROR',
        badDn: 'INVALID_DN_SYNTAX',
        modify: 'UNWILLING_TO_PERFORM',
        password: 'UNWILLING_TO_PERFORM',
      });
      assert.deepEqual(firstSorted, ['山田']);
      assert.ok(Number(unknownUncritical) > 15);
    });

    it('finds names in every script, escaped by its own rules', async () => {
      const named = [
        ['zoe@example.com', 'Zoë Müller-Šťastná'],
        ['yamada@example.com', '太郎 山田'],
        ['sunny@example.com', 'Sunny 🌻 Day'],
        ['odd@example.com', `${odd.givenName} ${odd.surname}`],
      ] as const;
      const found = await run('unicode_names', { names: named.map(([, name]) => name) });
      assert.deepEqual(found, Object.fromEntries(named.map(([uid, name]) => [name, [[uid, name]]])));
    });
  });

  describe('ldap3', () => {
    const run = <Answer>(step: string) => runForeignClient<Answer>(python, 'ldap3-client.py', { ...order, step });

    it('logs in by StartTLS and LDAPS, binds again on the same connection, and insists on the right authority', async () => {
      const answers = await run<Readonly<Record<string, readonly unknown[]>>>('secured');
      for (const listener of ['starttls', 'ldaps']) {
        assert.deepEqual(answers[listener]?.slice(0, 5), [true, `dn:${aliceDn}`, `dn:${bobDn}`, false, 49]);
        assert.match(String(answers[listener]?.[5]), /^LDAP(Start|SocketOpen|SSL)/, listener);
      }
    });

    it('reads root DSE and schema, checks every attribute against it, and gives values their types', async () => {
      assert.deepEqual(await run('schema'), {
        contexts: ['o=icewarp'],
        versions: [3],
        paging: true,
        whoami: true,
        classes: ['groupOfNames', 'icewarpAccount', 'inetOrgPerson'],
        undescribed: [],
        uuid: true,
        time: true,
        enabled: true,
        people: ['Bob Baker', 'Zoë Müller-Šťastná'],
        groupMust: ['objectClass', 'cn'],
      });
    });

    it('pages through exactly what it gets unpaged', async () => {
      const { paged, whole } = await run<Readonly<Record<'paged' | 'whole', readonly string[]>>>('paged');
      assert.ok(whole.length > 15);
      assert.deepEqual([...paged].sort(), whole);
    });

    it('asks twenty things at once and takes the answers from the last to the first', async () => {
      assert.deepEqual(await run('asynchronous'), { right: true, missed: 0, compared: 'compareTrue' });
    });

    it('connects and binds anew when its connection broke', async () => {
      assert.deepEqual(await run('restarting'), [1, 1, 'dn:cn=reader']);
    });
  });
});
