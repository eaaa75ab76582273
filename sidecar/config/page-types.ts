import { quote } from './faults.ts';
import type { Raw } from './raw.ts';
import { parseOneText, type Report, type SettingType, textType } from './setting-types.ts';

/** A text in some languages, by their tag. */
export type LocalText = Readonly<Record<string, string>>;

/** Languages that pages are written in. */
export const pageLanguages = ['en', 'de'] as const;

const label = 'text, or a section with a text for each language (`en`, `de`)';
const maxTextLength = 500;

/** What people read: one text for all, or one for each language; in the environment the section is a JSON object. */
export const localText: SettingType<LocalText> = {
  label,
  placeholder: 'text',
  secret: false,
  parse(raw, report) {
    const read = raw.kind === 'text' && raw.text.startsWith('{') ? parseJson(raw.text, raw.at, report) : raw;
    if (read === undefined || read.kind === 'reported') return undefined;
    if (read.kind !== 'map') {
      const text = parsePart(read, report, '');
      return text === undefined ? undefined : { en: text };
    }
    const texts: Record<string, string> = {};
    let sound = read.entries.length > 0;
    if (!sound) report(read.at, `holds no text; write one for ${pageLanguages.join(' or ')}`);
    for (const { key, keyAt, value } of read.entries) {
      const isKnown = pageLanguages.some((language) => language === key);
      if (!isKnown) report(keyAt, `${quote(key)} is no language there is; write ${pageLanguages.join(' or ')}`);
      const text = isKnown ? parsePart(value, report, `.${key}`) : undefined;
      if (text === undefined) sound = false;
      else texts[key] = text;
    }
    return sound ? texts : undefined;
  },
  print: (texts) => ({ ...texts }),
};

/** `#rrggbb`, dark enough for white text on it (WCAG 2.2, success criterion 1.4.3). */
export const darkColor: SettingType<string> = textType('colour such as `#1d4e89`', 'colour', (text) => {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return { fault: `${quote(text)} is no colour; write one such as #1d4e89` };
  return contrastWithWhite(text) >= 4.5
    ? { value: text.toLowerCase() }
    : { fault: `${quote(text)} is too light: white text on it cannot be read by everybody; choose a darker colour` };
});

function parsePart(raw: Raw, report: Report, part: string): string | undefined {
  return parseOneText(
    raw,
    report,
    'text',
    (text) => {
      if (/\p{Cc}/u.test(text)) return { fault: 'holds a line break or control character; write it in one line' };
      return text.length <= maxTextLength ? { value: text } : { fault: `is longer than ${maxTextLength} characters` };
    },
    part,
  );
}

function parseJson(text: string, at: string, report: Report): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries(value as object).map(([key, item]): { key: string; keyAt: string; value: Raw } => ({
      ...{ key, keyAt: at },
      value: { kind: 'text', text: String(item), at },
    }));
    return { kind: 'map', entries, at };
  } catch {
    report(at, 'is no JSON; write a text, or an object such as {"en":"Sign in","de":"Anmelden"}');
    return undefined;
  }
}

function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
