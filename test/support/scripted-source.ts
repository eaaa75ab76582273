import assert from 'node:assert/strict';
import type {
  DirectorySource,
  LeftOutGroup,
  SourceDomain,
  SourceGroup,
  SourceRow,
  SourceUser,
} from '../../sidecar/core/ports/directory-source.ts';

export function aDomain(name: string, more: Partial<SourceDomain> = {}): SourceDomain {
  return { name, description: '', aliases: [], loginDisabled: false, warnings: [], ...more };
}

export function anAccount(address: string, more: Partial<SourceUser> = {}): SourceUser {
  const displayName = address.slice(0, address.lastIndexOf('@'));
  const texts = { displayName, givenName: '', surname: '', description: '', telephoneNumber: '' };
  const facts = { admin: 'none', isGuest: false, isBlocked: undefined, passwordCheck: undefined } as const;
  const days = { loginText: undefined, createdOn: undefined, expiresOn: undefined };
  return { address, aliases: [], state: 'enabled', ...texts, ...facts, ...days, warnings: [], ...more };
}

export function aGroup(address: string, members: readonly string[], more: Partial<SourceGroup> = {}): SourceGroup {
  return { address, kind: 'group', displayName: '', description: '', aliases: [], members, warnings: [], ...more };
}

/** What the scripted server holds; may be changed between runs. */
export interface Company {
  domains: SourceDomain[];
  users: SourceUser[];
  groups: SourceGroup[];
  /** Mailing lists without a membership that could be read. */
  leftOut: LeftOutGroup[];
}

export interface ScriptedSource extends DirectorySource {
  readonly company: Company;
  /** Every question, as `command argument`. */
  readonly calls: string[];
  /** Most questions that were open at the same time. */
  readonly mostAtOnce: () => number;
  /** Called before each answer: may throw, wait, or change the company. */
  onCall: (call: string, signal: AbortSignal | undefined) => Promise<void> | void;
}

/** A mail server that answers from memory. It lists an account below the domain of its address, exactly as it is spelt. */
export function createScriptedSource(company: Partial<Company>, sourceId = 'icewarp'): ScriptedSource {
  let open = 0;
  let most = 0;
  const held: Company = { domains: [], users: [], groups: [], leftOut: [], ...company };
  const isBelow = (domain: SourceDomain) => (account: { readonly address: string }) =>
    account.address.toLowerCase().endsWith(`@${domain.name.toLowerCase()}`);
  const toRow = (kind: SourceRow['kind'], { address, displayName }: { address: string; displayName: string }) => ({
    address,
    displayName,
    enabled: undefined,
    kind,
  });
  const source: ScriptedSource = {
    sourceId,
    company: held,
    calls: [],
    mostAtOnce: () => most,
    onCall: () => {},
    async probe() {
      return { version: '14.3.0.3', api: 'http' };
    },
    async diagnose(onStep) {
      const step = { name: 'reach', status: 'ok', detail: 'in memory' } as const;
      onStep(step);
      return [step];
    },
    listDomains: (signal) => ask('listDomains', signal, () => held.domains),
    listUsers: (domain, signal) =>
      ask(`listUsers ${domain.name}`, signal, () =>
        held.users.filter(isBelow(domain)).map((account) => toRow('user', account)),
      ),
    readUser: (_domain, row, signal) =>
      ask(`readUser ${row.address}`, signal, () => held.users.find((account) => account.address === row.address)),
    listGroups: (domain, includeMailingLists, signal) =>
      ask(`listGroups ${domain.name}`, signal, () => {
        const groups = held.groups.filter(isBelow(domain));
        const lists = held.leftOut.filter(isBelow(domain)).map((list) => ({ ...list, displayName: '' }));
        return [
          ...groups
            .filter((group) => includeMailingLists || group.kind === 'group')
            .map((each) => toRow(each.kind, each)),
          ...(includeMailingLists ? lists.map((list) => toRow('mailing_list', list)) : []),
        ];
      }),
    readGroup: (_domain, row, signal) =>
      ask(`readGroup ${row.address}`, signal, () =>
        [...held.groups, ...held.leftOut].find((group) => group.address === row.address),
      ),
    async close() {},
  };
  const ask = async <Answer>(call: string, signal: AbortSignal | undefined, answer: () => Answer): Promise<Answer> => {
    assert.ok(!signal?.aborted, `${call} was asked after the run was aborted`);
    source.calls.push(call);
    open += 1;
    most = Math.max(most, open);
    try {
      await source.onCall(call, signal);
      await new Promise((resolve) => setImmediate(resolve));
      return answer();
    } finally {
      open -= 1;
    }
  };
  return source;
}
