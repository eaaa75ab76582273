import { type RequestHandler, type Response, Router } from 'express';
import { errors } from 'oidc-provider';
import type { Log } from '../../core/ports/log.ts';
import { createAddressLimit } from '../../host/address-limit.ts';
import { toContentSecurityPolicy } from './csp.ts';
import { createLoginRoutes, type LoginRouteOptions } from './login-routes.ts';
import { createPageErrors } from './page-errors.ts';
import type { PageAsset } from './pages/look.ts';
import { postToGet } from './post-to-get.ts';

export interface OidcRouteOptions extends Omit<LoginRouteOptions, 'path'> {
  /** Whether an address is an application's, and so one for many people. */
  readonly isApplicationAddress: (address: string) => boolean;
  readonly assets: readonly PageAsset[];
  readonly log: Log;
}

/** Where things are below the issuer. */
export const oidcPaths = { login: '/login', assets: '/assets' } as const;

/** Everything below the issuer's path: our pages, and what the library answers. */
export function createOidcRoutes(options: OidcRouteOptions): Router {
  const { provider, assets, isApplicationAddress } = options;
  const base = new URL(provider.issuer).pathname;
  const router = Router();
  router.use(prepareAnswer);
  for (const asset of assets) router.get(`${oidcPaths.assets}/${asset.name}`, sendAsset(asset));
  const loginPath = `${base}${oidcPaths.login}`;
  const limit = createAddressLimit({ perMinute, isApplicationAddress, refuse: refuseMany });
  router.get('/auth', limit);
  router.post(`${oidcPaths.login}/*step`, limit);
  router.use(oidcPaths.login, createLoginRoutes({ ...options, path: loginPath }));
  router.post(['/auth', '/session/end'], ...postToGet);
  router.use((request, response) => provider.handle(request, response));
  router.use(createPageErrors(options));
  return router;
}

/** Each sign-in that begins is kept for a while, and each form asks something: so many of one address, which may be an office's. */
const perMinute = 600;

const refuseMany: RequestHandler = (_request, _response, next) => {
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', 'too many requests of one address');
  next(Object.assign(error, { statusCode: 429 }));
};

/** A URL as the request's target would take the place of our own address in what the library publishes (RFC 9112 §3.2.2). */
const prepareAnswer: RequestHandler = (request, response, next) => {
  if (!request.originalUrl.startsWith('/')) return void response.status(400).end();
  setLibraryHeaders(response);
  next();
};

/** The library adds the hash of the one script it has, which sends a form on, to `script-src`. */
function setLibraryHeaders(response: Response): void {
  response.set({
    'Content-Security-Policy': `${toContentSecurityPolicy()}; script-src 'self'`,
    'X-Frame-Options': 'DENY',
  });
  // An application may have opened the sign-in in a window of its own, and waits for it.
  response.removeHeader('Cross-Origin-Opener-Policy');
}

function sendAsset({ type, content }: PageAsset): RequestHandler {
  return (_request, response) => {
    response
      .set({ 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' })
      .send(Buffer.from(content));
  };
}
