import { DomainError } from '../core/errors.ts';
import { createExplainer, type RightTrace } from '../core/mapping/explain.ts';
import { compareText } from '../core/mapping/judge.ts';
import { parsePrivilege } from '../core/mapping/privileges.ts';
import { archivePrivileges, type Mapping, plainPrivileges } from '../core/mapping/rules.ts';
import type { Directory, UserState } from '../core/model.ts';

export interface RightHolder {
  readonly login: string;
  readonly state: UserState;
  readonly right: RightTrace;
}

/** Who has a privilege or role, and why; whom it is granted and denied. */
export interface PrivilegeExplanation {
  readonly kind: 'privilege' | 'role';
  readonly name: string;
  /** By login. */
  readonly holders: readonly RightHolder[];
  readonly denied: readonly RightHolder[];
}

/**
 * Answers for one privilege, exactly as it is granted (`ReadArchive:*` is not every `ReadArchive:…`), or one role. Throws
 * `invalid_input` for a name that is no privilege and that no rule gives as a role.
 */
export function explainPrivilege(
  directory: Directory,
  mapping: Mapping,
  name: string,
  now: Date,
): PrivilegeExplanation {
  const right = findRight(mapping, name);
  const explainer = createExplainer(directory, mapping, now);
  const found = [...directory.users.values()].flatMap((user): RightHolder | [] => {
    const [trace] = explainer.explainRights(user, (reason) => reason.kind === right.kind && reason.name === right.name);
    return trace === undefined ? [] : { login: user.login, state: user.state, right: trace };
  });
  found.sort((a, b) => compareText(a.login, b.login));
  return {
    ...right,
    holders: found.filter((holder) => holder.right.held),
    denied: found.filter((holder) => !holder.right.held),
  };
}

function findRight(mapping: Mapping, text: string): Pick<PrivilegeExplanation, 'kind' | 'name'> {
  const privilege = parsePrivilege(text);
  if (privilege !== undefined) return { kind: 'privilege', name: privilege };
  const role = text.normalize('NFC');
  const roles = new Set(mapping.rules.flatMap((rule) => rule.roles));
  if (roles.has(role)) return { kind: 'role', name: role };
  const archives = archivePrivileges.map((right) => `${right}:…`);
  const known = [...plainPrivileges, ...archives, ...[...roles].sort(compareText).slice(0, 30)];
  throw new DomainError(
    'invalid_input',
    `${JSON.stringify(text.slice(0, 80))} is no privilege, and no rule gives such a role; known are ${known.join(', ')}`,
  );
}
