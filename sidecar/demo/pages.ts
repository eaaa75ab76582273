import { html } from 'htm/preact';
import { render } from 'preact-render-to-string';
import type { Visit } from './visits.ts';

const style = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1b1b1b }
a.button { display: inline-block; padding: .6rem 1.2rem; border-radius: .3rem; background: #1d4e89; color: #fff; text-decoration: none }
th { text-align: left; vertical-align: top; padding-right: 1.5rem; font-weight: 600 }
td { overflow-wrap: anywhere }`;

/** The page of somebody who has not signed in. */
export function renderStart(): string {
  return renderPage(
    'Demo application',
    html`
      <p>This application knows nobody yet. It asks this installation's sign-in page, as any OpenID Connect application does.</p>
      <p><a class="button" href="/sign-in">Sign in</a></p>
    `,
  );
}

/** What the application got to know. */
export function renderClaims({ claims, userInfo }: Extract<Visit, { kind: 'signed_in' }>): string {
  const name = String(userInfo.name ?? userInfo.preferred_username ?? claims.sub);
  return renderPage(
    `Welcome, ${name}`,
    html`
      <h2>User info</h2>
      ${renderTable(userInfo)}
      <h2>ID token</h2>
      ${renderTable(claims)}
      <p><a class="button" href="/sign-out">Sign out</a></p>
    `,
  );
}

export function renderFailure(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return renderPage(
    'The sign-in did not work',
    html`
      <p>${message}${detail}</p>
      <p><a class="button" href="/">Back</a></p>
    `,
  );
}

function renderTable(claims: Readonly<Record<string, unknown>>): ReturnType<typeof html> {
  const rows = Object.entries(claims).map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${toText(value)}</td></tr>`,
  );
  return html`<table>${rows}</table>`;
}

function toText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function renderPage(heading: string, body: ReturnType<typeof html>): string {
  return `<!DOCTYPE html>${render(html`
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${heading}</title>
        <style dangerouslySetInnerHTML=${{ __html: style }}></style>
      </head>
      <body>
        <main>
          <h1>${heading}</h1>
          ${body}
        </main>
      </body>
    </html>
  `)}`;
}
