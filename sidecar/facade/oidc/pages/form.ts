import { html } from 'htm/preact';
import type { Markup } from './layout.ts';
import type { PageView } from './look.ts';

/** Where the forms of a sign-in go, and what proves that they are ours. */
export interface FormTarget {
  readonly action: string;
  readonly token: string;
  readonly inLanguage: (language: string) => string;
}

/** A form with its two buttons: the one that goes on, which Enter presses, and the one that gives up. */
export function renderForm(
  { texts }: PageView,
  { action, token }: FormTarget,
  content: { readonly fields?: readonly Markup[]; readonly submit: string; readonly cancel?: string },
): Markup {
  return html`
    <form method="post" action=${action} novalidate>
      <input type="hidden" name="token" value=${token} />
      ${content.fields}
      <div class="actions">
        <button type="submit">${content.submit}</button>
        <button type="submit" class="second" name="cancel" value="yes">${content.cancel ?? texts.cancel}</button>
      </div>
    </form>
  `;
}
