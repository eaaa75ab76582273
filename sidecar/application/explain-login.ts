import type { Explanation } from '../core/mapping/explain.ts';

/** The first step of a login at which the user would be refused, as far as the directory tells. */
export type LoginRefusal =
  | { readonly step: 'state'; readonly state: Exclude<Explanation['state'], 'enabled'> }
  /** These of what is required are neither a privilege nor a role of the user. */
  | { readonly step: 'require'; readonly missing: readonly string[] };

/**
 * Whether a right password would let the user in where `require` (privileges or roles) is asked for; undefined: yes. What
 * only the running service knows, such as too many failures, is not looked at.
 */
export function findLoginRefusal(explanation: Explanation, require: readonly string[]): LoginRefusal | undefined {
  if (explanation.state !== 'enabled') return { step: 'state', state: explanation.state };
  const held = new Set(explanation.rights.filter((right) => right.held).map((right) => right.name));
  const missing = require.filter((name) => !held.has(name));
  return missing.length === 0 ? undefined : { step: 'require', missing };
}
