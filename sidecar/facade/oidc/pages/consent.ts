import { html } from 'htm/preact';
import { type FormTarget, renderForm } from './form.ts';
import { renderPage } from './layout.ts';
import type { PageView } from './look.ts';

export interface ConsentPage extends FormTarget {
  readonly client: string;
  readonly scopes: readonly string[];
}

/** The question whether an application may have what it asks for. */
export function renderConsentPage(view: PageView, page: ConsentPage): string {
  const { texts } = view;
  const items = page.scopes.map((scope) => html`<li>${texts.scopes[scope] ?? texts.otherScope(scope)}</li>`);
  return renderPage(view, {
    heading: texts.consent(page.client),
    inLanguage: page.inLanguage,
    body: html`
      <p id="asked">${texts.consentText}</p>
      <ul aria-labelledby="asked">${items}</ul>
      ${renderForm(view, page, { submit: texts.allow, cancel: texts.deny })}
    `,
  });
}
