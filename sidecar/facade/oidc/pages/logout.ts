import { html } from 'htm/preact';
import { renderPage } from './layout.ts';
import type { PageView } from './look.ts';

export interface LogoutPage {
  /** The library's form as HTML; our buttons belong to it by its id. */
  readonly form: string;
  readonly client: string | undefined;
}

/** The question whether to sign out. */
export function renderLogoutPage(view: PageView, page: LogoutPage): string {
  const { texts } = view;
  return renderPage(view, {
    heading: texts.signOut,
    body: html`
      <p>${texts.signOutText(page.client)}</p>
      <div dangerouslySetInnerHTML=${{ __html: page.form }}></div>
      <div class="actions">
        <button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>${texts.submitSignOut}</button>
        <button type="submit" form="op.logoutForm" class="second">${texts.staySignedIn}</button>
      </div>
    `,
  });
}

export function renderLoggedOutPage(view: PageView): string {
  const { texts } = view;
  return renderPage(view, { heading: texts.signedOut, body: html`<p>${texts.signedOutText}</p>` });
}
