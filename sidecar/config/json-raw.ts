import type { Place, Raw } from './raw.ts';
import type { Report } from './setting-types.ts';

/** Items of a list that are read: the setting's own bound is lower, and says so. */
const maxItems = 1001;

/**
 * A list that the environment holds as JSON, in the form in which YAML arrives; anything but a text as it is. `example`: an array, for
 * the fault of a text that is no JSON, upon which this gives undefined.
 */
export function readJsonText(raw: Raw, report: Report, example: string): Raw | undefined {
  if (raw.kind !== 'text') return raw;
  try {
    return toRaw(JSON.parse(raw.text), raw.at);
  } catch {
    // The parser's own message quotes the text, and with it passwords.
    report(raw.at, `is no JSON; write an array such as ${example}`);
    return undefined;
  }
}

function toRaw(value: unknown, at: Place): Raw {
  if (Array.isArray(value)) return { kind: 'list', items: value.slice(0, maxItems).map((item) => toRaw(item, at)), at };
  if (value === null) return { kind: 'nothing', at };
  if (typeof value !== 'object') return { kind: 'text', text: String(value), at };
  const entries = Object.entries(value).map(([key, item]) => ({ key, keyAt: at, value: toRaw(item, at) }));
  return { kind: 'map', entries, at };
}
