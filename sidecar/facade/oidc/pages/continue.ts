import { html } from 'htm/preact';
import { renderPage } from './layout.ts';
import type { PageView } from './look.ts';

/**
 * The page after a form that leads away from here. A redirect would be the form's own, and Chromium stops those at the first address
 * that the policy does not name, also when it is the application that redirects on; going on from a page is not a form's any more.
 */
export function renderContinuePage(view: PageView, page: { readonly url: string }): string {
  const { texts } = view;
  return renderPage(view, {
    heading: texts.signedIn,
    refresh: { seconds: 0, url: page.url },
    body: html`
      <p>${texts.signedInText}</p>
      <p><a class="button" href=${page.url}>${texts.continue}</a></p>
    `,
  });
}
