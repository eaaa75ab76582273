import { isLanguage, type Language } from './texts/list.ts';

/** What is known of the language somebody wants. */
export interface LanguageWish {
  /** Choices by weight, each a list of tags with spaces between (`ui_locales`, OpenID Connect Core 1.0 §3.1.2.1). */
  readonly wished: readonly unknown[];
  /** Accept-Language (RFC 9110 §12.5.4). */
  readonly accepted: string | undefined;
}

const maxLength = 1_000;

/** The first language of a wish that there is. A tag means its language, whatever the region: `de-AT` is `de`. */
export function chooseLanguage({ wished, accepted }: LanguageWish, fallback: Language): Language {
  for (const wish of wished) {
    if (typeof wish !== 'string') continue;
    const found = wish.slice(0, maxLength).split(' ').map(toLanguage).find(isLanguage);
    if (found !== undefined) return found;
  }
  const ranked = (accepted ?? '')
    .slice(0, maxLength)
    .split(',')
    .map(parseRange)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked.map(({ tag }) => toLanguage(tag)).find(isLanguage) ?? fallback;
}

function toLanguage(tag: string): string {
  return tag.trim().toLowerCase().split('-', 1)[0] ?? '';
}

function parseRange(range: string): { readonly tag: string; readonly weight: number } {
  const [tag = '', ...parameters] = range.split(';');
  const weight = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(each)?.[1]).find((each) => each);
  return { tag, weight: weight === undefined ? 1 : Number(weight) };
}
