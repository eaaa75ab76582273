import type { Mapping, Rule } from './rules.ts';

/** Whether the time is within the rule's `from` and `until`. */
export function isInForce(rule: Pick<Rule, 'from' | 'until'>, now: Date): boolean {
  if (rule.from !== undefined && now.getTime() < rule.from.getTime()) return false;
  return rule.until === undefined || now.getTime() < rule.until.getTime();
}

/**
 * When a rule next begins or ends after `now`: until then the mapping gives every user the same. Undefined when no rule
 * will by itself.
 */
export function nextChangeAt({ rules }: Pick<Mapping, 'rules'>, now: Date): Date | undefined {
  let next: Date | undefined;
  for (const { from, until } of rules) {
    for (const time of [from, until]) {
      if (time !== undefined && time > now && (next === undefined || time < next)) next = time;
    }
  }
  return next;
}
