import { quote } from './faults.ts';
import type { Raw } from './raw.ts';
import { type Parsed, parseOneText, type SettingType } from './setting-types.ts';

/** Most items of a list. */
const maxItems = 1000;

/** How one item is called, and several; what `--help` shows; an example for messages. */
interface ListKind {
  readonly one: string;
  readonly many: string;
  readonly placeholder: string;
  readonly example: string;
}

/**
 * A list of texts: a YAML list, or one text with commas between (environment, flags). Spaces around an item and empty items at
 * commas fall away; double ones after parsing are kept once.
 */
export function listOf(
  kind: ListKind,
  parseItem: (text: string) => string | undefined,
): SettingType<readonly string[]> {
  const { one, many, placeholder, example } = kind;
  const parseText = (text: string): Parsed<string> => {
    const value = parseItem(text);
    return value === undefined ? { fault: `${quote(text)} is no ${one}; write one like ${example}` } : { value };
  };
  return {
    label: `list of ${many}`,
    placeholder: `${placeholder},…`,
    secret: false,
    parse(raw, report) {
      if (raw.kind === 'reported') return undefined;
      if (raw.kind === 'map' || raw.kind === 'nothing') {
        const what = raw.kind === 'map' ? 'is a section' : 'has no value';
        report(raw.at, `${what}; write a list of ${many}, or [] for none`);
        return undefined;
      }
      const items: readonly Raw[] = raw.kind === 'list' ? raw.items : splitText(raw.text, raw.at);
      if (items.length > maxItems) {
        report(raw.at, `has ${items.length} items; at most ${maxItems} are accepted`);
        return undefined;
      }
      const values = items.map((item, index) => parseOneText(item, report, one, parseText, `[${index}]`));
      const usable = values.filter((value) => value !== undefined);
      return usable.length === values.length ? [...new Set(usable)] : undefined;
    },
    print: (value) => value,
  };
}

function splitText(text: string, at: string): Raw[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => ({ kind: 'text', text: item, at }));
}
