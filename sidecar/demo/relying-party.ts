import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import * as client from 'openid-client';
import type { Secret } from '../core/secret.ts';
import { renderClaims, renderFailure, renderStart } from './pages.ts';
import { createVisits, type Visits } from './visits.ts';

export interface RelyingPartyOptions {
  /** The issuer to sign in at. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
}

/** A small application that signs people in and shows what it got to know about them. */
export interface RelyingParty {
  /** Where browsers find it. */
  readonly url: string;
  stop(): Promise<void>;
}

export const relyingPartyPaths = { callback: '/callback', signedOut: '/' } as const;

const scope = 'openid profile email phone groups roles archive';
const cookieName = 'demo_application';
const host = '127.0.0.1';

/** Starts the application. Rejects as `listen` does. */
export async function startRelyingParty(options: RelyingPartyOptions): Promise<RelyingParty> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.port }, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  addRoutes(app, { ...options, url, visits: createVisits() });
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addRoutes(app: Express, parts: RelyingPartyOptions & { readonly url: string; readonly visits: Visits }): void {
  const { url, visits } = parts;
  const callbackUrl = url + relyingPartyPaths.callback;
  let discovered: Promise<client.Configuration> | undefined;
  const discover = () => {
    discovered ??= client
      .discovery(
        new URL(parts.issuer),
        parts.clientId,
        undefined,
        client.ClientSecretBasic(parts.clientSecret.reveal()),
        {
          execute: [client.allowInsecureRequests],
        },
      )
      .catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  };
  const visitOf = (request: Request) => visits.find(readCookie(request));
  const begin = (response: Response, visit: Parameters<Visits['begin']>[0]) => {
    response.cookie(cookieName, visits.begin(visit), { httpOnly: true, sameSite: 'lax', path: '/' });
  };

  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    });
    next();
  });
  app.get('/', (request, response) => {
    const visit = visitOf(request);
    response.send(visit?.kind === 'signed_in' ? renderClaims(visit) : renderStart());
  });
  app.get('/sign-in', async (_request, response) => {
    const config = await discover();
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    begin(response, { kind: 'leaving', verifier, state, nonce });
    const target = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri: callbackUrl, scope, state, nonce },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    response.redirect(303, target.href);
  });
  app.get(relyingPartyPaths.callback, async (request, response) => {
    const visit = visitOf(request);
    if (visit?.kind !== 'leaving') return response.redirect(303, '/');
    const config = await discover();
    const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, url), {
      ...{ pkceCodeVerifier: visit.verifier, expectedState: visit.state, expectedNonce: visit.nonce },
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new TypeError('there is no ID token');
    const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    visits.end(readCookie(request));
    begin(response, { kind: 'signed_in', claims, userInfo, idToken: tokens.id_token ?? '' });
    response.redirect(303, '/');
  });
  app.get('/sign-out', async (request, response) => {
    const visit = visitOf(request);
    visits.end(readCookie(request));
    response.clearCookie(cookieName, { path: '/' });
    if (visit?.kind !== 'signed_in') return response.redirect(303, '/');
    const target = client.buildEndSessionUrl(await discover(), {
      id_token_hint: visit.idToken,
      post_logout_redirect_uri: url + relyingPartyPaths.signedOut,
    });
    response.redirect(303, target.href);
  });
  const answerFailure: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    response.status(error instanceof client.AuthorizationResponseError ? 403 : 502).send(renderFailure(error));
  };
  app.use(answerFailure);
}

function readCookie(request: Request): string {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
}
