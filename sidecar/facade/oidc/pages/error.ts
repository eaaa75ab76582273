import { html } from 'htm/preact';
import { renderPage } from './layout.ts';
import type { PageView } from './look.ts';

export interface ErrorPage {
  readonly kind: 'expired' | 'request' | 'unavailable' | 'failed';
  /** The standard's. */
  readonly code: string;
  /** Under which the log tells more. */
  readonly reference: string;
  /** Where to try again. */
  readonly again?: string | undefined;
}

/** A page that says what to do; what exactly was wrong stands in the log. */
export function renderErrorPage(view: PageView, { kind, code, reference, again }: ErrorPage): string {
  const { texts } = view;
  const words = {
    expired: [texts.expired, texts.expiredText],
    request: [texts.wrongRequest, texts.wrongRequestText],
    unavailable: [texts.down, texts.downText],
    failed: [texts.failed, texts.failedText],
  } as const;
  const [heading, text] = words[kind];
  return renderPage(view, {
    heading,
    body: html`
      <p>${text}</p>
      ${again !== undefined && html`<p><a class="button" href=${again}>${texts.tryAgain}</a></p>`}
      <dl>
        <dt>${texts.errorCode}</dt>
        <dd>${code}</dd>
        <dt>${texts.reference}</dt>
        <dd>${reference}</dd>
      </dl>
    `,
  });
}
