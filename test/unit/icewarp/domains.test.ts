import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejectsWith, startSource } from './fixtures.ts';
import { failure, list, properties, type Script, unreadable, type WireValue } from './scripted-server.ts';

interface Domain {
  readonly type?: number;
  readonly desc?: string;
  readonly values?: Readonly<Record<string, WireValue>>;
}

const plain = { D_Aliases: '', D_DisableLogin: '0', D_Expires: '0', D_ExpiresOn_Date: '1899/12/30' };

function serving(domains: Readonly<Record<string, Domain>>): Script {
  return (asked) => {
    if (asked.command === 'getdomainsinfolist') {
      const rows = Object.entries(domains).map(
        ([name, { type = 0, desc = '' }]) =>
          `<name>${name}</name><desc>${desc}</desc><domaintype>${type}</domaintype><accountcount>-1</accountcount>`,
      );
      return list(rows);
    }
    if (asked.command !== 'getdomainproperties') return undefined;
    const domain = domains[asked.param('domainstr') ?? ''];
    return domain === undefined ? failure('domain_invalid') : properties({ ...plain, ...domain.values });
  };
}

async function listDomains(domains: Readonly<Record<string, Domain>>, now = new Date(2026, 5, 15, 12)) {
  const { source, done } = await startSource(serving(domains), {}, { now: () => now });
  try {
    return await source.listDomains();
  } finally {
    await done();
  }
}

describe('the domains of a server', () => {
  it('are those with accounts: standard and distributed ones', async () => {
    const domains = await listDomains({
      'corp.test': { desc: 'The &amp; company' },
      'queue.test': { type: 1 },
      'backup.test': { type: 3 },
      'cluster.test': { type: 4 },
      'service.test': { type: 5 },
      '##internalservicedomain.icewarp.com##': {},
    });
    assert.deepEqual(
      domains.map((domain) => domain.name),
      ['corp.test', 'cluster.test'],
    );
    assert.deepEqual(domains[0], {
      name: 'corp.test',
      description: 'The & company',
      aliases: [],
      loginDisabled: false,
      warnings: [],
    });
  });

  it('have the aliases of their property and the alias domains that stand for them', async () => {
    const domains = await listDomains({
      'corp.test': { values: { D_Aliases: 'corp.example; CORP.test\r\n;b\u00FCro.test;' } },
      'other.test': {},
      'old.test': { type: 2, values: { D_DomainValue: 'Corp.Test' } },
      'xn--bro-hoa.test': { type: 2, values: { D_DomainValue: 'corp.test' } },
      'lost.test': { type: 2, values: { D_DomainValue: 'gone.test' } },
    });
    assert.deepEqual([...(domains[0]?.aliases ?? [])].sort(), ['corp.example', 'old.test', 'xn--bro-hoa.test']);
    assert.deepEqual(domains[1]?.aliases, []);
    assert.equal(domains.length, 2);
  });

  it('may have their aliases as a list', async () => {
    const [domain] = await listDomains({ 'corp.test': { values: { D_Aliases: ['a.test', 'b.test'] } } });
    assert.deepEqual(domain?.aliases, ['a.test', 'b.test']);
  });

  for (const [what, values, disabled] of [
    ['login is switched off', { D_DisableLogin: '1' }, true],
    ['it expired', { D_Expires: '1', D_ExpiresOn_Date: '2026/06/14' }, true],
    ['it expired, told in days', { D_Expires: '1', D_ExpiresOn_Date: '45000' }, true],
    ['this is its last day', { D_Expires: '1', D_ExpiresOn_Date: '2026/06/15' }, false],
    ['its date is past but does not count', { D_Expires: '0', D_ExpiresOn_Date: '2020/01/01' }, false],
    ['it expires on a date not set', { D_Expires: '1', D_ExpiresOn_Date: '1899/12/30' }, false],
  ] as const) {
    it(`${disabled ? 'let nobody in' : 'let users in'} when ${what}`, async () => {
      const [domain] = await listDomains({ 'corp.test': { values } });
      assert.equal(domain?.loginDisabled, disabled);
    });
  }

  for (const values of [
    { D_DisableLogin: '2' },
    { D_Expires: 'x' },
    { D_Expires: '1', D_ExpiresOn_Date: '2026/00/01' },
    { D_Expires: '1', D_ExpiresOn_Date: '-1' },
  ]) {
    it(`let nobody in, with a warning, when the server gives ${JSON.stringify(values)}`, async () => {
      const [domain, other] = await listDomains({ 'corp.test': { values }, 'other.test': {} });
      assert.equal(domain?.loginDisabled, true);
      assert.match(domain?.warnings.join('\n') ?? '', /^domain corp\.test: D_.*shut out$/);
      assert.deepEqual([other?.loginDisabled, other?.warnings], [false, []]);
    });
  }

  for (const name of ['D_Aliases', 'D_DisableLogin', 'D_Expires']) {
    it(`are a failure when ${name} may not be read`, async () => {
      const domains = listDomains({ 'corp.test': { values: { [name]: unreadable } } });
      await rejectsWith(domains, 'forbidden', new RegExp(`${name} of domain corp\\.test`));
    });
  }

  it('are a failure when an alias domain may not tell its target', async () => {
    const domains = listDomains({ 'corp.test': {}, 'a.test': { type: 2, values: { D_DomainValue: unreadable } } });
    await rejectsWith(domains, 'forbidden', /D_DomainValue of domain a\.test/);
  });

  it('are a failure when one of them cannot be read', async () => {
    const names = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`d${index}.test`, {}]));
    const script = serving(names);
    const { source, done } = await startSource((asked) =>
      asked.param('domainstr') === 'd13.test' ? failure('some_uid') : script(asked),
    );
    await rejectsWith(
      source.listDomains(),
      'upstream_unavailable',
      /getdomainproperties for domain d13\.test.*some_uid/,
    );
    await done();
  });
});
