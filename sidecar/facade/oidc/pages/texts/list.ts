import { de } from './de.ts';
import { en } from './en.ts';
import type { PageTexts } from './page-texts.ts';

/** The languages there are, by their tag (RFC 5646). */
export const languages = { en, de } as const satisfies Record<string, PageTexts>;
export type Language = keyof typeof languages;

export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && Object.hasOwn(languages, text);
}
