/** A page as a browser sees it. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where it leads by itself: a redirect, or a refresh at once. */
  readonly next: URL | undefined;
}

/** A browser without scripts: it keeps cookies by their path, follows redirects and refreshes, and sends forms. */
export interface Browser {
  readonly cookies: Cookie[];
  headers: Record<string, string>;
  /** One request, nothing followed. */
  visit(url: URL | string, init?: RequestInit): Promise<Page>;
  /** Follows until a page stays, or leads to another origin. */
  open(url: URL | string): Promise<Page>;
  /** Sends the page's form with what a person typed and pressed, and follows. */
  submit(page: Page, fields: Record<string, string>): Promise<Page>;
  /** The same, nothing followed. */
  send(page: Page, fields: Record<string, string>): Promise<Page>;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly attributes: string;
}

const maxSteps = 10;

export function createBrowser(): Browser {
  const browser: Browser = {
    cookies: [],
    headers: {},
    async visit(url, init = {}) {
      const target = new URL(url);
      const sent = browser.cookies.filter(({ path }) => isBelow(target.pathname, path));
      const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
      const response = await fetch(target, {
        redirect: 'manual',
        ...init,
        headers: { accept: 'text/html', ...browser.headers, ...(cookie === '' ? {} : { cookie }), ...init.headers },
      });
      for (const text of response.headers.getSetCookie()) keep(browser.cookies, text);
      return toPage(target, response);
    },
    async open(url) {
      return await follow(await browser.visit(url));
    },
    async submit(page, fields) {
      return await follow(await browser.send(page, fields));
    },
    async send(page, fields) {
      const action = attribute(/<form[^>]*>/.exec(page.html)?.[0] ?? '', 'action');
      if (action === undefined) throw new Error(`no form on ${page.url.href}: ${page.html}`);
      const hidden = [...page.html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => input);
      const body = new URLSearchParams(
        hidden.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
      );
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return await browser.visit(new URL(action, page.url), { method: 'POST', body });
    },
  };

  async function follow(first: Page): Promise<Page> {
    let page = first;
    for (let step = 0; step < maxSteps; step++) {
      if (page.next === undefined || page.next.origin !== first.url.origin) return page;
      page = await browser.visit(page.next);
    }
    throw new Error(`the pages lead on and on: ${page.url.href}`);
  }
  return browser;
}

async function toPage(url: URL, response: Response): Promise<Page> {
  const html = await response.text();
  const location = response.headers.get('location');
  const refresh = /<meta http-equiv="refresh" content="0; url=([^"]*)"/.exec(html)?.[1];
  const to = location ?? (refresh === undefined ? undefined : unescapeHtml(refresh));
  const { status, headers } = response;
  return { url, status, headers, html, next: to === undefined ? undefined : new URL(to, url) };
}

function keep(cookies: Cookie[], text: string): void {
  const [pair = '', ...attributes] = text.split(/;\s*/);
  const [name = '', ...value] = pair.split('=');
  const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
  const at = cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
  if (at !== -1) cookies.splice(at, 1);
  const expires = attributes.find((each) => /^expires=/i.test(each))?.slice(8);
  if (expires !== undefined && Date.parse(expires) <= Date.now()) return;
  cookies.push({ name, value: value.join('='), path, attributes: attributes.join('; ') });
}

/** RFC 6265 §5.1.4. */
function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

export function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescapeHtml(value);
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
