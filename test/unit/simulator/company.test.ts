import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  CompanyError,
  demoCompany,
  generateCompany,
  loadCompanyFile,
  parseCompany,
} from '../../../sidecar/simulator/simulator.ts';

describe('simulator company file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'company-'));
  after(() => rmSync(folder, { recursive: true }));
  const faultsOf = (read: () => unknown): string[] => {
    try {
      read();
    } catch (error) {
      assert.ok(error instanceof CompanyError, String(error));
      return error.faults.map((fault) => `${fault.path}: ${fault.message}`);
    }
    return [];
  };

  it('reports every fault at once, with its path', () => {
    const text = `
server: { dialect: { oldLists: 1 } }
domains: [{ name: a.test, colour: red }, { type: alias }]
accounts:
  - { address: x, displayName: 007, state: asleep }
  - { address: y@a.test, validTill: 2024/02/30, secondFactor: { fixedCode: "12" } }
`;
    assert.deepEqual(
      faultsOf(() => parseCompany(text, 'company.yaml')),
      [
        'server.dialect.oldLists: must be true or false',
        'domains[0].colour: is unknown; known: name, type, description, aliases, target, loginDisabled, expiresOn, publicFolders',
        'domains[1].name: is missing',
        'accounts[0].address: must be an address',
        'accounts[0].displayName: must be a text; put "7" into quotes',
        'accounts[0].state: must be one of enabled, disabled, disabled_no_mail, disabled_tarpit, domain_disabled',
        'accounts[1].secondFactor.secret: is missing',
        'accounts[1].secondFactor.fixedCode: must be six digits in quotes',
        'accounts[1].validTill: must be a date as yyyy/mm/dd in quotes',
      ],
    );
  });

  it('reports contradictions between the parts', () => {
    const text = `
domains: [{ name: a.test }, { name: A.test }, { name: b.test, type: alias, target: c.test }]
accounts: [{ address: x@a.test }, { address: X@A.TEST }, { address: x@d.test }, { address: x@b.test }]
`;
    assert.deepEqual(
      faultsOf(() => parseCompany(text, 'company.yaml')),
      [
        'domains[1].name: A.test is there already',
        'domains[2].target: a domain of type alias needs the name of a domain here, not "c.test"',
        'accounts[1].address: X@A.TEST is there already',
        'accounts[2].address: x@d.test is in no domain of the company',
        'accounts[3].address: x@b.test is in a domain of type alias',
      ],
    );
  });

  it('refuses characters that XML cannot carry, broken YAML and other documents', () => {
    const withName = (name: string) =>
      `domains: [{ name: a.test }]\naccounts: [{ address: x@a.test, displayName: "${name}" }]`;
    assert.deepEqual(
      faultsOf(() => parseCompany(withName('\\u0001'), 'c')),
      ['accounts[0].displayName: holds a character that XML cannot carry'],
    );
    assert.equal(faultsOf(() => parseCompany('a: [', 'c')).length, 1);
    assert.deepEqual(
      faultsOf(() => parseCompany('[]', 'c')),
      [': must be a map'],
    );
    assert.deepEqual(
      faultsOf(() => parseCompany('', 'c')),
      [': must be a map'],
    );
  });

  it('names the file in errors', () => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, 'domains: 5\naccounts: []\n');
    assert.throws(() => loadCompanyFile(path), { message: `${path}: 1 fault\n  domains: must be a list` });
    assert.throws(() => loadCompanyFile(join(folder, 'none.yaml')), /none\.yaml: 1 fault[\s\S]*ENOENT/);
    writeFileSync(path, Buffer.from([0xff]));
    assert.throws(() => loadCompanyFile(path), /cannot be read/);
  });

  it('reads a company, with what every server has', () => {
    const path = join(folder, 'company.yaml');
    writeFileSync(path, 'domains: [{ name: a.test }]\naccounts: [{ address: x@a.test, password: x-demo }]\n');
    const addresses = loadCompanyFile(path)
      .toData()
      .accounts.map((account) => account.address);
    assert.deepEqual(addresses, ['x@a.test', 'public-folders@a.test', 'service@##internalservicedomain.icewarp.com##']);
  });

  it('finds an address in a Unicode domain by either form', () => {
    const company = parseCompany('domains: [{ name: münchen.test }]\naccounts: [{ address: x@münchen.test }]', 'c');
    assert.equal(company.findLogin('X@MÜNCHEN.test')?.address, 'x@münchen.test');
    assert.equal(company.findLogin('x@xn--mnchen-3ya.test')?.address, 'x@münchen.test');
  });
});

describe('simulator demonstration company', () => {
  it('has the accounts and groups that the documentation names', () => {
    const company = demoCompany();
    const users = company.toData().accounts.filter((account) => account.type === 'user');
    assert.equal(users.length, 26);
    assert.equal(company.findLogin('robert@example.com')?.password, 'bob-demo');
    assert.equal(company.findLogin('alice@example.net')?.password, 'alice-demo');
    assert.equal(company.account('carol@example.com')?.state, 'disabled');
    assert.ok(company.account('dave@example.com')?.secondFactor);
    assert.equal(company.account('admin@example.com')?.admin, 'administrator');
    assert.ok(company.account('auditors@example.com')?.members.includes('legal-team@example.com'));
    assert.deepEqual(company.account('legal-team@example.com')?.members, ['alice@example.com']);
    assert.deepEqual(company.account('archive-admins@example.com')?.members, ['bob@example.com']);
    assert.ok(company.account('staff@example.com')?.members.includes('[example.com]'));
  });
});

describe('simulator generated company', () => {
  const company = generateCompany({ users: 2_000, seed: 7 });
  const { accounts } = company.toData();
  const users = accounts.filter(
    (account) => account.type === 'user' && !account.guest && !account.address.includes('#'),
  );

  it('is the same for the same seed and another one for another', () => {
    assert.deepEqual(generateCompany({ users: 2_000, seed: 7 }).toData(), company.toData());
    assert.notDeepEqual(generateCompany({ users: 2_000, seed: 8 }).toData().accounts, accounts);
  });

  it('has as many users as asked for, with passwords that follow from the address', () => {
    assert.equal(users.length, 2_000);
    for (const { address, password } of users) assert.equal(password, `${address.slice(0, address.indexOf('@'))}-demo`);
    assert.equal(generateCompany({ users: 1, seed: 0 }).account('admin@example.com')?.password, 'admin-demo');
  });

  it('has the variety that a real company has', () => {
    const some = (test: (account: (typeof accounts)[number]) => boolean) =>
      assert.ok(accounts.some(test), String(test));
    for (const script of ['Latin', 'Han', 'Hangul', 'Arabic', 'Hebrew', 'Cyrillic', 'Greek']) {
      assert.ok(
        users.some((user) => new RegExp(`\\p{Script=${script}}`, 'u').test(user.displayName)),
        script,
      );
    }
    some((user) => /\p{Extended_Pictographic}/u.test(user.displayName));
    some((user) => /\p{M}/u.test(user.displayName));
    some((user) => /^0\d+@/.test(user.address));
    some((user) => /^[^@]*[^ -~]/.test(user.address));
    some((user) => user.aliases.length > 0);
    for (const state of ['disabled', 'disabled_no_mail', 'disabled_tarpit', 'domain_disabled']) {
      assert.ok(
        users.some((user) => user.state === state),
        state,
      );
    }
    some((user) => user.validTill !== '');
    some((user) => user.passwordExpired);
    some((user) => user.secondFactor !== null);
    some((user) => user.guest);
    some((list) => list.type === 'mailing_list' && list.members.length > 1);
    some((group) => group.members.includes('[example.com]'));
    some((group) => group.members.some((member) => member.endsWith('@elsewhere.test')));
    assert.ok(company.account('divisions@example.com')?.members.includes('department-1@example.com'));
    assert.ok(company.account('department-1@example.com')?.members.includes('team-1@example.com'));
    assert.ok(company.account('cycle-c@example.com')?.members.includes('cycle-a@example.com'));
    assert.ok(company.domains().some((domain) => domain.aliases.length > 0));
    assert.ok(company.domains().some((domain) => domain.type === 'alias'));
  });

  it('refuses numbers out of range', () => {
    assert.throws(() => generateCompany({ users: 0, seed: -1 }), /users: must be a whole number[\s\S]*seed: must be/);
  });
});
