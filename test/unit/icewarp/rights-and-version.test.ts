import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejectsWith, startSource } from './fixtures.ts';
import { type Asked, failure, list, properties, result, unreadable } from './scripted-server.ts';

describe('the rights of the service account', () => {
  const noAdmin = { U_Admin: '0', U_DomainAdmin: '', U_WebAdmin: '0' };
  const rights =
    (values: Parameters<typeof properties>[0] | undefined, admintype: string | undefined) => (asked: Asked) => {
      if (asked.command === 'getaccountproperties')
        return values === undefined ? failure('some_uid') : properties(values);
      if (asked.command === 'getdomainsinfolist') return list([]);
      if (asked.command !== 'getsessioninfo') return undefined;
      return admintype === undefined
        ? failure('x')
        : result(`<email>Svc@corp.test</email><admintype>${admintype}</admintype>`);
    };
  const noneReadable = { U_Admin: unreadable, U_DomainAdmin: unreadable, U_WebAdmin: unreadable };

  for (const [what, values, admintype, isAdmin] of [
    ['an administrator', { ...noAdmin, U_Admin: '1' }, '1', true],
    ['a domain administrator', { ...noAdmin, U_DomainAdmin: '1' }, '2', true],
    ['a web administrator', { u_admin: '0', u_domainadmin: '0', u_webadmin: '1' }, '3', true],
    ['an ordinary account', noAdmin, '0', false],
    ['an ordinary account whose admintype says otherwise', noAdmin, '1', false],
    ['an ordinary account on a server without getsessioninfo', noAdmin, undefined, false],
    ['an account that may not read its own rights, by admintype 1', noneReadable, '1', true],
    ['an account that may not read its own rights, by admintype 0', noneReadable, '0', false],
    ['an account that is refused its own properties, by admintype 0', undefined, '0', false],
  ] as const) {
    it(`tell ${what}`, async () => {
      const { source, done } = await startSource(rights(values, admintype));
      if (isAdmin) assert.deepEqual(await source.listDomains(), []);
      else await rejectsWith(source.listDomains(), 'forbidden', /svc@corp\.test is no administrator/);
      await done();
    });
  }

  it('are asked for under the address that the session has', async () => {
    const { server, source, done } = await startSource(rights({ U_Admin: '1' }, '1'), { username: 'svc' });
    await source.listDomains();
    const asked = server.asked.find(({ command }) => command === 'getaccountproperties');
    assert.equal(asked?.param('accountemail'), 'Svc@corp.test');
    await done();
  });

  it('are looked at before each run, for they can be taken away', async () => {
    let values = { ...noAdmin, U_Admin: '1' };
    const { source, done } = await startSource((asked) => rights(values, '1')(asked));
    await source.listDomains();
    values = noAdmin;
    await rejectsWith(source.listDomains(), 'forbidden', /no administrator/);
    await done();
  });
});

describe('probing a server', () => {
  const version = (value: string | undefined) => (asked: Asked) => {
    if (asked.command !== 'getserverproperties') return undefined;
    return value === undefined ? failure('x') : properties({ C_Version: value });
  };

  for (const text of ['14.3.0.3', '13.0.3', '10.4', '10.4.5', '11']) {
    it(`accepts version ${text}`, async () => {
      const { source, done } = await startSource(version(text));
      assert.deepEqual(await source.probe(), { version: text, api: 'http' });
      await done();
    });
  }

  for (const text of ['10.3.9', '9.4.2', '10', '10.0']) {
    it(`refuses version ${text}, naming both`, async () => {
      const { source, done } = await startSource(version(text));
      await rejectsWith(source.probe(), 'unsupported', new RegExp(text.replaceAll('.', '\\.')), /10\.4 or newer/);
      await done();
    });
  }

  for (const [what, answer] of [
    ['not readable', properties({ C_Version: unreadable })],
    ['empty', properties({ C_Version: '' })],
    ['an error', failure('x')],
    ['words', properties({ C_Version: 'unknown' })],
    ['left out', result('')],
  ] as const) {
    it(`survives a version that is ${what}`, async () => {
      const { source, done } = await startSource(({ command }) =>
        command === 'getserverproperties' ? answer : undefined,
      );
      assert.deepEqual(await source.probe(), { version: undefined, api: 'http' });
      await done();
    });
  }

  it('says what does not fit in a reply, naming the command', async () => {
    const { source, done } = await startSource(({ command }) =>
      command === 'getserverproperties' ? result('<item/>') : undefined,
    );
    await rejectsWith(source.probe(), 'upstream_unavailable', /getserverproperties.*unexpected.*item/);
    await done();
  });
});
