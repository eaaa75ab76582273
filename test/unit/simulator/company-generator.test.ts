import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Company, type CompanyData } from '../../../sidecar/simulator/simulator.ts';
import { applyEdit, arbitraryCompany, arbitraryEdits } from '../../support/company-generator.ts';

const runs = { numRuns: 60 };

/** What generated companies have among them, seen over many of one seed. */
function sample(): CompanyData[] {
  return fc.sample(arbitraryCompany(), { numRuns: 200, seed: 7 });
}

const isGroup = ({ type }: CompanyData['accounts'][number]) => type === 'group' || type === 'mailing_list';

describe('company generator', () => {
  it('makes companies that a server accepts and gives back unchanged', () => {
    fc.assert(
      fc.property(arbitraryCompany(), (data) => {
        const kept = new Company(data).toData().accounts;
        for (const account of data.accounts) assert.ok(kept.includes(account), account.address);
      }),
      runs,
    );
  });

  it('makes edits that a server accepts, one after the other', () => {
    const histories = arbitraryCompany().chain((company) => fc.tuple(fc.constant(company), arbitraryEdits(company, 6)));
    fc.assert(
      fc.property(histories, ([company, edits]) => {
        const server = new Company(company);
        let data = company;
        for (const edit of edits) {
          const changed = applyEdit(data, edit);
          assert.notEqual(changed, data);
          server.replace(changed);
          data = changed;
        }
        for (const account of data.accounts) assert.equal(server.account(account.address), account);
      }),
      runs,
    );
  });

  it('makes every kind of edit', () => {
    const [company] = fc.sample(
      arbitraryCompany().filter((data) =>
        data.accounts.some((account) => isGroup(account) && account.members.length > 0),
      ),
      { numRuns: 1, seed: 7 },
    );
    assert.ok(company);
    const kinds = fc.sample(arbitraryEdits(company, 4), { numRuns: 200, seed: 7 }).flat();
    assert.deepEqual([...new Set(kinds.map((edit) => edit.kind))].sort(), [
      'add',
      'add_member',
      'change',
      'disable_logins',
      'remove',
      'remove_member',
      'rename',
    ]);
  });

  const wanted: readonly (readonly [string, (company: CompanyData) => boolean])[] = [
    ['no account at all', ({ accounts }) => accounts.length === 0],
    ['a domain of type alias', ({ domains }) => domains.some(({ type }) => type === 'alias')],
    ['an empty group', ({ accounts }) => accounts.some((each) => isGroup(each) && each.members.length === 0)],
    [
      'a group in itself',
      ({ accounts }) => accounts.some((each) => isGroup(each) && each.members.includes(each.address)),
    ],
    [
      'groups within each other',
      ({ accounts }) =>
        accounts.some((one) =>
          accounts.some(
            (other) => one !== other && one.members.includes(other.address) && other.members.includes(one.address),
          ),
        ),
    ],
    [
      'a whole domain as a member',
      ({ accounts }) => accounts.some(({ members }) => members.some((each) => /^\[.+\]$/.test(each))),
    ],
    ['a member twice', ({ accounts }) => accounts.some(({ members }) => new Set(members).size < members.length)],
    ['a member that is no account', ({ accounts }) => accounts.some(({ members }) => members.includes('no address'))],
    [
      'two accounts of one name',
      ({ accounts }) => new Set(accounts.map(({ displayName }) => displayName)).size < accounts.length,
    ],
    [
      'an alias of two accounts',
      ({ accounts }) => {
        const aliases = accounts.flatMap((account) => [...new Set(account.aliases)]);
        return new Set(aliases).size < aliases.length;
      },
    ],
    [
      'text from right to left',
      ({ accounts }) => accounts.some(({ displayName }) => /\p{Script=Arabic}/u.test(displayName)),
    ],
    ['a text of 1,000 characters', ({ accounts }) => accounts.some(({ displayName }) => displayName.length === 1_000)],
    [
      'an empty name',
      ({ accounts }) => accounts.some(({ type, displayName }) => type === 'user' && displayName === ''),
    ],
    ['a disabled account', ({ accounts }) => accounts.some(({ state }) => state !== 'enabled')],
    ['a very long address', ({ accounts }) => accounts.some(({ address }) => address.length > 100)],
    ['an address beyond ASCII', ({ accounts }) => accounts.some(({ address }) => /[^\p{ASCII}]/u.test(address))],
  ];
  const companies = sample();
  for (const [what, has] of wanted) {
    it(`comes to ${what}`, () => assert.ok(companies.some(has)));
  }
});
