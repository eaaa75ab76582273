import type { ArchiveExplanation } from '../application/explain-archive.ts';
import type { LoginCheck, LoginRefusal } from '../application/explain-login.ts';
import type { PrivilegeExplanation, RightHolder } from '../application/explain-privilege.ts';
import type { Explanation, OtherTimeTrace, RightTrace, RuleTrace } from '../core/mapping/explain.ts';
import { formatTable } from './table.ts';

/** A user's rights as a person reads them. */
export function formatExplanation(explanation: Explanation, checks: readonly LoginCheck[]): string {
  const groups = explanation.groups.map(({ name, path }) => [
    `  ${name}`,
    path.slice(1).length > 1 ? path.join(' ← ') : 'direct',
  ]);
  const rights = explanation.rights.map((right) => [
    `  ${right.name}`,
    right.held ? right.kind : 'DENIED',
    describeCauses(right),
  ]);
  const others = explanation.otherTimes.map((trace) => [`  "${trace.rule}"`, describeOtherTime(trace)]);
  return [
    `${explanation.login}  ${explanation.displayName}  (${explanation.state})`,
    `addresses: ${explanation.addresses.join(', ')}`,
    groups.length === 0 ? 'groups: none' : `groups:\n${formatTable(groups)}`,
    rights.length === 0 ? 'rights: none' : `rights:\n${formatTable(rights)}`,
    ...(others.length === 0 ? [] : [`rules for other times:\n${formatTable(others)}`]),
    ...checks.map(({ facade, name, require, refusal }) => {
      const place = name === undefined ? 'anywhere' : `at ${facade} "${name}"`;
      return `login ${place}, which requires ${require.join(' and ') || 'nothing'}: ${describeRefusal(refusal)}`;
    }),
  ].join('\n');
}

/** Who may do what in an archive. */
export function formatArchive({ archive, isKnown, holders }: ArchiveExplanation): string {
  const rows = holders.flatMap(({ login, state, isOwner, rights }) =>
    rights.map((right) => [`  ${login}`, isOwner ? 'owner' : state, right.name, describeCauses(right)]),
  );
  return [
    `archive of ${archive}${isKnown ? '' : '  (nobody in the directory has this address)'}`,
    rows.length === 0 ? 'open to nobody' : `open to:\n${formatTable(rows)}`,
  ].join('\n');
}

/** Who holds a privilege or role. */
export function formatPrivilege({ kind, name, holders, denied }: PrivilegeExplanation): string {
  const toRows = (found: readonly RightHolder[]) =>
    formatTable(found.map(({ login, state, right }) => [`  ${login}`, state, describeCauses(right)]));
  return [
    `${kind} ${name}`,
    holders.length === 0 ? 'held by nobody' : `held by ${holders.length}:\n${toRows(holders)}`,
    ...(denied.length === 0 ? [] : [`denied to ${denied.length}:\n${toRows(denied)}`]),
  ].join('\n');
}

function describeCauses(right: RightTrace): string {
  return [
    ...right.deniedBy.map((trace) => `denied ${describeRule(trace)}`),
    ...(right.byDefault ? ['by default'] : []),
    ...right.grantedBy.map(describeRule),
    ...(right.since === undefined ? [] : [`held since ${formatTime(right.since)}`]),
  ].join('; ');
}

function describeRule({ rule, paths, because, from, until, reason }: RuleTrace): string {
  const parts = [
    ...paths.map((path) => path.join(' ← ')),
    // The paths name the groups already.
    ...because.filter((part) => !/^(?:group|direct member of) /.test(part)),
    ...(from === undefined ? [] : [`since ${formatTime(from)}`]),
    ...(until === undefined ? [] : [`until ${formatTime(until)}`]),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
  ];
  return `by rule "${rule}" (${parts.join('; ')})`;
}

function describeOtherTime({ time, from, until, grant, deny, roles, reason }: OtherTimeTrace): string {
  const effects = [...grant, ...roles].map((name) => `+${name}`).concat(deny.map((name) => `-${name}`));
  const when =
    time === 'over'
      ? `ended ${until === undefined ? '' : formatTime(until)}`
      : `begins ${from === undefined ? '' : formatTime(from)}`;
  return `${when}: ${effects.join(' ')}${reason === undefined ? '' : ` (reason: ${reason})`}`;
}

function describeRefusal(refusal: LoginRefusal | null): string {
  switch (refusal?.step) {
    case undefined:
      return 'accepted with the right password';
    case 'state':
      return `refused, the account is ${refusal.state}`;
    case 'any_password':
      return 'refused, IceWarp takes every password of this account for right';
    case 'directory_loop':
      return 'refused, IceWarp asks a directory for the password that is this very service';
    case 'require':
      return `refused, ${refusal.missing.join(' and ')} is missing`;
    case 'blocked_in_icewarp':
      return "refused while IceWarp's own login policy blocks the account, as it did when last read";
    case 'account_failures':
    case 'address_failures': {
      const { failures, limit, until, step } = refusal;
      const whose = step === 'account_failures' ? 'of this account' : 'from that address';
      return `refused until ${until.toISOString()}, for ${failures} logins ${whose} failed and ${limit} are the limit (see \`users unlock\`)`;
    }
  }
}

/** To the minute, in UTC: rules begin and end at whole minutes. */
function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
