import { createHash, randomBytes } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** Where a load client signs in. */
export interface LoadTarget {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

export interface LoadRun {
  readonly latenciesMs: readonly number[];
  /** Why logins failed, with how many. */
  readonly failures: ReadonlyMap<string, number>;
  /** Who did not get in. */
  readonly failed: ReadonlySet<string>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly url: string;
}

const maxSteps = 8;

/**
 * Full logins, `parallel` at a time, each in a browser of its own over a connection that is kept: authorization, page, password, code,
 * token, user info. `pick` names the person of each login.
 */
export async function runLogins(
  target: LoadTarget,
  count: number,
  parallel: number,
  pick: (index: number) => { readonly name: string; readonly password: string },
): Promise<LoadRun> {
  const latenciesMs: number[] = [];
  const failures = new Map<string, number>();
  const failed = new Set<string>();
  let next = 0;
  const lane = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = next++; index < count; index = next++) {
      const begun = performance.now();
      const person = pick(index);
      try {
        await signIn(target, agent, person);
        latenciesMs.push(performance.now() - begun);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
        failed.add(person.name);
      }
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return { latenciesMs, failures, failed };
}

async function signIn(
  target: LoadTarget,
  agent: Agent,
  person: { readonly name: string; readonly password: string },
): Promise<void> {
  const jar = new Map<string, string>();
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ client_id: target.clientId, redirect_uri: target.redirectUri, response_type: 'code', state: 'bench' },
    ...{ scope: 'openid profile email', nonce: 'bench', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  const page = await follow(`${target.authorizationEndpoint}?${query}`);
  const action = /<form[^>]*\baction="([^"]*)"/.exec(page.text)?.[1];
  if (action === undefined) throw new Error(`no form: ${page.status}`);
  const token = /name="token" value="([^"]*)"/.exec(page.text)?.[1];
  const form = new URLSearchParams({
    ...{ username: person.name, password: person.password },
    ...(token === undefined ? {} : { token }),
  });
  const end = await follow(new URL(unescapeHtml(action), page.url).href, form);
  const code = new URL(end.url).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${end.status} ${/<h1[^>]*>([^<]*)/.exec(end.text)?.[1] ?? ''}`);
  const basic = Buffer.from(`${target.clientId}:${target.clientSecret}`).toString('base64');
  const exchange = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: target.redirectUri, code_verifier: verifier },
  });
  const tokens = await send(target.tokenEndpoint, agent, { authorization: `Basic ${basic}` }, exchange);
  const accessToken = /"access_token":"([^"]*)"/.exec(tokens.text)?.[1];
  if (accessToken === undefined) throw new Error(`no token: ${tokens.status} ${tokens.text.slice(0, 200)}`);
  const info = await send(target.userinfoEndpoint, agent, { authorization: `Bearer ${accessToken}` });
  if (info.status !== 200 || !info.text.includes('"sub"')) throw new Error(`no user info: ${info.status}`);

  /** Follows redirects and pages that lead on by themselves, until one stays or the client's own address is reached. */
  async function follow(from: string, form?: URLSearchParams): Promise<Answer> {
    let url = from;
    let body = form;
    for (let step = 0; step < maxSteps; step += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await send(url, agent, { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) }, body);
      for (const text of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(text) ?? [];
        if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(text)) jar.delete(name);
        else jar.set(name, value);
      }
      const refresh = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(answer.text)?.[1];
      const to = answer.headers.location ?? (refresh === undefined ? undefined : unescapeHtml(refresh));
      if (to === undefined) return answer;
      url = new URL(to, url).href;
      if (url.startsWith(target.redirectUri)) return { ...answer, url };
      body = undefined;
    }
    throw new Error('the pages lead on and on');
  }
}

function send(
  url: string,
  agent: Agent,
  headers: Readonly<Record<string, string>>,
  body?: URLSearchParams,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body?.toString();
    const outgoing = request(url, {
      agent,
      method: text === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        ...(text === undefined
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(text),
              // What a browser says of a form of the page it shows.
              ...(headers.authorization === undefined ? { origin: new URL(url).origin } : {}),
            }),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received, url });
      });
    });
    outgoing.end(text);
  });
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
