import { html } from 'htm/preact';
import { renderPage } from './layout.ts';
import type { PageView } from './look.ts';

/** Seconds until the page asks again: each time it waits for an answer as long as a login may take. */
const refreshSeconds = 2;

/** The page while IceWarp holds an answer back. It asks again by itself. */
export function renderWaitingPage(view: PageView, page: { readonly url: string }): string {
  const { texts } = view;
  return renderPage(view, {
    heading: texts.checking,
    refresh: { seconds: refreshSeconds, url: page.url },
    body: html`
      <p role="status">${texts.checkingText}</p>
      <p><a class="button" href=${page.url}>${texts.checkNow}</a></p>
    `,
  });
}
