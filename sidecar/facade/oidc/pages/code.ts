import { html } from 'htm/preact';
import { type FormTarget, renderForm } from './form.ts';
import { renderField, renderPage, renderProblem } from './layout.ts';
import type { PageView } from './look.ts';

export interface CodePage extends FormTarget {
  readonly fault?: string | undefined;
}

/** The form for the code of the second factor. */
export function renderCodePage(view: PageView, page: CodePage): string {
  const { texts } = view;
  const field = renderField({
    id: 'code',
    label: texts.codeField,
    type: 'text',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    fault: page.fault,
    hasFocus: true,
  });
  return renderPage(view, {
    heading: texts.code,
    isProblem: page.fault !== undefined,
    inLanguage: page.inLanguage,
    body: html`
      ${renderProblem(view, undefined, [{ id: 'code', fault: page.fault }])}
      <p>${texts.codeText}</p>
      ${renderForm(view, page, { fields: [field], submit: texts.submitCode })}
    `,
  });
}
