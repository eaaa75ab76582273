import type { Change, Difference } from './plan.ts';

const signs = { create: '+', update: '~', delete: '-' } as const;

/** A plan for review: one line a thing, one more for each property that changes. Secrets are masked. */
export function renderPlan(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing to do: the realm is as it should be\n';
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const totals = `${count('create')} to make, ${count('update')} to change, ${count('delete')} to delete`;
  return `${changes.flatMap(renderChange).join('\n')}\n\n${totals}\n`;
}

/** One change without its properties. */
export function renderHead(change: Change): string {
  const { kind, name } = change.action === 'delete' ? change.actual : change.item;
  const also = change.action === 'delete' ? (losses[kind] ?? '') : '';
  return `${signs[change.action]} ${kind} ${visible(name)}${also}`;
}

const losses: Readonly<Record<string, string>> = {
  'LDAP provider': ' (with every user who came through it)',
  'identity provider': ' (with the links of its users)',
  group: ' (with the groups below it)',
  role: ' (taken from everybody who has it)',
};

function renderChange(change: Change): readonly string[] {
  const head = renderHead(change);
  if (change.action === 'delete') return [head];
  const sign = change.action === 'create' ? '+' : '~';
  return [head, ...change.differences.map((each) => `    ${sign} ${renderDifference(each, change.action)}`)];
}

function renderDifference({ property, from, to, isSecret }: Difference, action: 'create' | 'update'): string {
  if (isSecret) return `${property}: ${action === 'create' ? '[secret]' : '[secret] → [another secret]'}`;
  const next = show(to);
  return action === 'create' ? `${property}: ${next}` : `${property}: ${show(from)} → ${next}`;
}

function show(value: string | undefined): string {
  return value === undefined ? '(none)' : value === '' ? '""' : visible(value);
}

/** What an administrator of Keycloak wrote must not steer the terminal. */
function visible(text: string): string {
  const shown = text.replace(/\p{Cc}/gu, '\u{fffd}');
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}
