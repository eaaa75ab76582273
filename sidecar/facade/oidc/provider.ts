import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { UsableOidcClient } from '../../application/oidc-clients-watch.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { KeySet } from '../../core/signing-keys/key-set.ts';
import { collectClaimNames } from './claims.ts';
import { toFormTarget } from './csp.ts';
import { pinAddress } from './pin-address.ts';
import { type ProviderParts, toProviderSettings } from './provider-settings.ts';

/** The clients as they are now. */
export interface KnownClients {
  find(id: string): UsableOidcClient | undefined;
  list(): readonly UsableOidcClient[];
}

/** A client to be told that somebody has signed out (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotice {
  readonly clientId: string;
  /** `sub`. */
  readonly accountId: string;
  readonly sid: string | undefined;
}

export interface OidcProviderOptions extends Omit<ProviderParts, 'keys' | 'findClient' | 'claimNames'> {
  readonly keys: () => KeySet;
  readonly clients: KnownClients;
  /** Sees to it that a client is told. Left out: the library tells it once, and nobody is told whether it worked. */
  readonly sendLogout?: (notice: LogoutNotice) => Promise<void>;
  readonly log: Log;
}

/** oidc-provider with our settings, and with the keys and clients of the moment. */
export interface OidcProvider {
  readonly issuer: string;
  current(): Provider;
  /** Answers a request below the issuer's path. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** To be called when keys have changed: the library reads them once. Requests under way end as they began. */
  renew(): void;
  /** A signed logout token for a client; undefined when the client is gone or does not want one. */
  makeLogoutToken(notice: LogoutNotice): Promise<{ readonly uri: string; readonly token: string } | undefined>;
}

/** Throws TypeError for an issuer that is none. */
export function createOidcProvider(options: OidcProviderOptions): OidcProvider {
  const { issuer, clients, log } = options;
  let knownNames: ReturnType<typeof collectClaimNames> = {};
  let provider = build();
  let callback = provider.callback();

  function build(): Provider {
    const claimNames = collectClaimNames(clients.list().map(({ client }) => client));
    knownNames = claimNames;
    const settings = toProviderSettings({ ...options, keys: options.keys(), claimNames, findClient });
    const built = new Provider(issuer, settings);
    // It reads where it is reached from the request; see pin-address.ts.
    built.proxy = true;
    built.use(options.pages.leaveForm);
    built.use(allowResponseForm);
    built.use(tellWhenToRetry);
    compareSecretsWith(built, clients);
    if (options.sendLogout !== undefined) sendLogoutsWith(built, options.sendLogout);
    logEvents(built, log);
    return built;
  }

  function renew(): void {
    provider = build();
    callback = provider.callback();
  }

  /** A client with a name for a claim that is new must find it known: at its first request, which begins a sign-in, at the latest. */
  function findClient(id: string) {
    const client = clients.find(id)?.client;
    const isNew = ([claim, name]: [string, string]) => knownNames[claim]?.includes(name) !== true;
    if (client !== undefined && Object.entries(client.claimNames).some(isNew)) {
      setImmediate(renew);
    }
    return client;
  }

  return {
    issuer,
    current: () => provider,
    handle(request, response) {
      pinAddress(request, issuer);
      callback(request, response).catch((error: unknown) => {
        log.error('a request to the OIDC provider failed', { reason: messageOf(error) });
        response.destroy();
      });
    },
    renew,
    async makeLogoutToken({ clientId, accountId, sid }) {
      const client = await provider.Client.find(clientId);
      const uri = client?.backchannelLogoutUri;
      if (client === undefined || uri === undefined) return undefined;
      const token = new provider.IdToken({ sub: accountId }, { client, ctx: undefined as never });
      Object.assign(token, { mask: { sub: null } });
      token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} });
      token.set('jti', crypto.randomUUID());
      if (sid !== undefined) token.set('sid', sid);
      return { uri, token: await token.issue({ use: 'logout' }) };
    },
  };
}

/** What the library holds as a client's secret is none. */
function compareSecretsWith(provider: Provider, clients: KnownClients): void {
  provider.Client.prototype.compareClientSecret = function compareClientSecret(
    this: { clientId: string },
    given: string,
  ) {
    return clients.find(this.clientId)?.verify(given) === true;
  };
}

function sendLogoutsWith(provider: Provider, send: (notice: LogoutNotice) => Promise<void>): void {
  provider.Client.prototype.backchannelLogout = function backchannelLogout(
    this: { clientId: string },
    accountId: string,
    sid: string | undefined,
  ) {
    return send({ clientId: this.clientId, accountId, sid });
  };
}

/** With `response_mode=form_post` the answer is a form to the client's own address. */
async function allowResponseForm(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { oidc } = context;
  if (oidc?.redirectUriCheckPerformed !== true || oidc.params?.response_mode !== 'form_post') return;
  const target = toFormTarget(oidc.params.redirect_uri);
  const policy = context.response.get('Content-Security-Policy');
  if (target !== undefined && policy !== '') {
    context.set('Content-Security-Policy', policy.replace("form-action 'self'", `form-action 'self' ${target}`));
  }
}

/** What the library tells of requests that it answers by the standard. */
const refusals = ['authorization.error', 'userinfo.error', 'introspection.error', 'revocation.error', 'jwks.error'];

async function tellWhenToRetry(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (context.status === 503) context.set('Retry-After', '30');
}

function logEvents(provider: Provider, log: Log): void {
  // Koa prints to standard error what nobody listens to.
  (provider as EventEmitter).on('error', (error: unknown) => log.error('the OIDC provider failed', { error }));
  provider.on('server_error', (context, error) => {
    const fields = { path: context.path, client: context.oidc?.client?.clientId, error };
    log.error('the OIDC provider could not answer', fields);
  });
  provider.on('grant.error', (context, error) => {
    const { error: code, error_detail: detail } = error as Partial<errors.OIDCProviderError>;
    const client = context.oidc.client?.clientId;
    const fields = { client, code, detail };
    if (error instanceof errors.OIDCProviderError && error.statusCode === 503) log.warn('no token was given', fields);
    else log.debug('no token was given', fields);
  });
  for (const event of refusals) {
    (provider as EventEmitter).on(event, (context: KoaContextWithOIDC, error: Partial<errors.OIDCProviderError>) => {
      const { error: code, error_description: description, error_detail: detail } = error;
      log.debug('a request was refused', { event, client: context.oidc?.client?.clientId, code, description, detail });
    });
  }
  provider.on('backchannel.error', (_context, error, client) => {
    log.warn('a client was not told of a sign-out', { client: client.clientId, reason: messageOf(error) });
  });
}
