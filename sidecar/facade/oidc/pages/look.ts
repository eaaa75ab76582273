import { createHash } from 'node:crypto';
import { chooseLanguage, type LanguageWish } from './choose-language.ts';
import { toStylesheet } from './stylesheet.ts';
import { type Language, languages } from './texts/list.ts';
import type { PageTexts } from './texts/page-texts.ts';

/** A text in some languages; `en` stands in for one that is missing, and any for that. */
export type LocalText = Readonly<Partial<Record<string, string>>>;

/** How pages look here. */
export interface Brand {
  /** Who asks people to sign in. */
  readonly title: LocalText;
  /** A sentence below the form, such as where help is to be had. */
  readonly note: LocalText | undefined;
  /** `#rrggbb`, dark enough for white text on it. */
  readonly color: string;
  readonly logo: { readonly type: string; readonly content: Uint8Array } | undefined;
  /** For browsers that wish for none of our languages. */
  readonly language: string;
}

/** What a page is made with. */
export interface PageView {
  readonly language: Language;
  readonly texts: PageTexts;
  readonly title: string;
  readonly note: string | undefined;
  readonly stylesheet: string;
  readonly logo: string | undefined;
}

export type PageLook = (wish: LanguageWish) => PageView;

/** A file that pages refer to. Its name changes with its content, so that browsers may keep it for ever. */
export interface PageAsset {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/** `basePath`: where the assets are served, without a slash at its end. */
export function createPageLook(
  brand: Brand,
  basePath: string,
): { readonly look: PageLook; readonly assets: readonly PageAsset[] } {
  const stylesheet = toAsset('style', 'css', 'text/css; charset=utf-8', Buffer.from(toStylesheet(brand.color)));
  const logo =
    brand.logo === undefined
      ? undefined
      : toAsset('logo', brand.logo.type.replace(/^.*\/|\+.*$/g, ''), brand.logo.type, brand.logo.content);
  const fallback = chooseLanguage({ wished: [brand.language], accepted: undefined }, 'en');
  return {
    assets: [stylesheet, ...(logo === undefined ? [] : [logo])],
    look(wish) {
      const language = chooseLanguage(wish, fallback);
      return {
        language,
        texts: languages[language],
        title: localText(brand.title, language) ?? '',
        note: brand.note && localText(brand.note, language),
        stylesheet: `${basePath}/${stylesheet.name}`,
        logo: logo && `${basePath}/${logo.name}`,
      };
    },
  };
}

function localText(text: LocalText, language: Language): string | undefined {
  return text[language] ?? text.en ?? Object.values(text)[0];
}

function toAsset(name: string, extension: string, type: string, content: Uint8Array): PageAsset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { name: `${name}.${hash}.${extension}`, type, content };
}
