import { html } from 'htm/preact';
import { render } from 'preact-render-to-string';
import type { PageView } from './look.ts';
import { languages } from './texts/list.ts';

/** A piece of a page. */
export type Markup = ReturnType<typeof html>;

export interface PageContent {
  readonly heading: string;
  /** Something is amiss: it is said in the title, which screen readers read first. */
  readonly isProblem?: boolean;
  readonly body: Markup;
  /** Where the page goes by itself, and when. */
  readonly refresh?: { readonly seconds: number; readonly url: string };
  /** The page's own address in another language; left out where there is none. */
  readonly inLanguage?: (language: string) => string;
}

/** A whole page as HTML. */
export function renderPage(view: PageView, content: PageContent): string {
  const { texts, title, note, language } = view;
  const { heading, body, refresh, inLanguage } = content;
  const inTab = `${content.isProblem === true ? `${texts.problem}: ` : ''}${heading} – ${title}`;
  return `<!DOCTYPE html>${render(html`
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${inTab}</title>
        <link rel="stylesheet" href=${view.stylesheet} />
        ${refresh && html`<meta http-equiv="refresh" content=${`${refresh.seconds}; url=${refresh.url}`} />`}
      </head>
      <body>
        <div class="page">
          <header>
            ${view.logo === undefined ? html`<p class="brand">${title}</p>` : html`<img src=${view.logo} alt=${title} />`}
          </header>
          <main>
            <h1>${heading}</h1>
            ${body}
          </main>
          <footer>
            ${note && html`<p class="note">${note}</p>`}
            ${inLanguage && renderSwitch(view, inLanguage)}
          </footer>
        </div>
      </body>
    </html>
  `)}`;
}

function renderSwitch({ language, texts }: PageView, inLanguage: (language: string) => string): Markup {
  const items = Object.entries(languages).map(([tag, { languageName }]) =>
    tag === language
      ? html`<li><span lang=${tag} aria-current="true">${languageName}</span></li>`
      : html`<li><a href=${inLanguage(tag)} lang=${tag} hreflang=${tag}>${languageName}</a></li>`,
  );
  return html`<nav aria-label=${texts.chooseLanguage}><ul>${items}</ul></nav>`;
}

/** What went wrong, at the top of a form, with links to the fields that are meant. */
export function renderProblem(
  { texts }: PageView,
  problem: string | undefined,
  fields: readonly { readonly id: string; readonly fault: string | undefined }[] = [],
): Markup | undefined {
  const faulty = fields.filter(({ fault }) => fault !== undefined);
  if (problem === undefined && faulty.length === 0) return undefined;
  return html`
    <div class="problem" role="alert">
      <h2>${texts.problem}</h2>
      ${problem && html`<p>${problem}</p>`}
      ${faulty.length > 0 && html`<ul>${faulty.map(({ id, fault }) => html`<li><a href=${`#${id}`}>${fault}</a></li>`)}</ul>`}
    </div>
  `;
}

export interface FieldContent {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly inputmode?: string;
  readonly hasFocus?: boolean;
}

/** A labelled field. */
export function renderField(field: FieldContent): Markup {
  const { id, label, type, autocomplete, value, hint, fault } = field;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter((each) => each !== undefined && each !== '');
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <input
        id=${id}
        name=${id}
        type=${type}
        value=${value}
        autocomplete=${autocomplete}
        inputmode=${field.inputmode}
        autocapitalize="none"
        spellcheck="false"
        maxlength="1024"
        required
        autofocus=${field.hasFocus === true}
        aria-invalid=${fault === undefined ? undefined : 'true'}
        aria-describedby=${described.length > 0 ? described.join(' ') : undefined}
      />
      ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
      ${fault && html`<p class="fault" id=${`${id}-fault`}>${fault}</p>`}
    </div>
  `;
}
