import { groupPatternsOf } from './match.ts';
import type { Condition } from './rules.ts';

/** The parts of a condition as a person reads them, each a few words: `group staff@example.com`, `not (domain x.test)`. */
export function describeCondition(condition: Condition): readonly string[] {
  const { user, domain, attribute, not } = condition;
  const group = condition.nested === false ? 'direct member of' : 'group';
  return [
    ...(user === undefined ? [] : [`user ${listNames(user)}`]),
    ...groupPatternsOf(condition).map((patterns) => `${group} ${listNames(patterns)}`),
    ...(domain === undefined ? [] : [`domain ${listNames(domain)}`]),
    ...(attribute?.admin === undefined ? [] : [`admin in IceWarp: ${listNames(attribute.admin)}`]),
    ...(attribute?.comment === undefined ? [] : [`comment ${JSON.stringify(attribute.comment)}`]),
    ...(not ?? []).map((each) => `not (${describeCondition(each).join(', ')})`),
  ];
}

function listNames(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(' or ') + (more > 0 ? ` or ${more} more` : '');
}
