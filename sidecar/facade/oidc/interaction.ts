import type { Request, Response } from 'express';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import type { OidcClient } from '../../core/oidc-clients/client.ts';
import { setPageHeaders, toFormTarget } from './csp.ts';
import type { FormTokens } from './form-token.ts';
import { renderContinuePage } from './pages/continue.ts';
import type { FormTarget } from './pages/form.ts';
import type { PageLook, PageView } from './pages/look.ts';
import type { KnownClients, OidcProvider } from './provider.ts';

/** A sign-in that a person is in the middle of, and the request that goes on with it. */
export interface OpenInteraction {
  readonly request: Request;
  readonly response: Response;
  readonly interaction: Interaction;
  readonly client: OidcClient;
  readonly view: PageView;
  /** For forms that are sent to `step` (`''`: to the sign-in itself). */
  form(step: string): FormTarget;
  /** An address of the sign-in, in the language of the page. */
  url(step: string): string;
  /** Sends a page; 200 unless said otherwise. */
  show(html: string, status?: number): void;
  /** Ends this step, with what came of it, and lets the browser go on. */
  finish(result: InteractionResults): Promise<void>;
}

export interface InteractionOptions {
  readonly provider: OidcProvider;
  readonly clients: KnownClients;
  readonly look: PageLook;
  readonly tokens: FormTokens;
  /** Where sign-ins are, without a slash at its end. */
  readonly path: string;
}

/**
 * Finds the sign-in that a request belongs to: by the cookie of the browser that began it, not by the address alone, which somebody else
 * may have got hold of. Rejects with the library's SessionNotFound when there is none (any more).
 */
export async function openInteraction(
  request: Request,
  response: Response,
  options: InteractionOptions,
): Promise<OpenInteraction> {
  const { provider, look, tokens, path } = options;
  const library = provider.current();
  const interaction = await library.interactionDetails(request, response);
  const { uid, params } = interaction;
  if (uid !== request.params.uid) throw new errors.SessionNotFound('the cookie is of another sign-in');
  const client = options.clients.find(String(params.client_id))?.client;
  if (client === undefined) throw new errors.SessionNotFound('the client is gone');
  const { lang } = request.query;
  const view = look({ wished: [lang, params.ui_locales], accepted: request.headers['accept-language'] });
  const inLanguage = (step: string, language: string) => `${path}/${uid}${step}?lang=${language}`;
  return {
    ...{ request, response, interaction, client, view },
    form: (step) => ({
      action: inLanguage(step, view.language),
      token: tokens.make(uid),
      inLanguage: (language) => inLanguage(step, language),
    }),
    url: (step) => inLanguage(step, view.language),
    show(html, status = 200) {
      setPageHeaders(response, [toFormTarget(params.redirect_uri)]);
      if (status === 503) response.set('Retry-After', '5');
      response.status(status).type('html').send(html);
    },
    async finish(result) {
      // As the library's interactionResult does, which would look everything up once more.
      interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
      await interaction.persist();
      setPageHeaders(response);
      response
        .status(200)
        .type('html')
        .send(renderContinuePage(view, { url: interaction.returnTo }));
    },
  };
}

/** Text of a form's field: the first 1,024 characters; '' when it is missing or was sent twice. */
export function readField(request: Request, name: string): string {
  const body: unknown = request.body;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value.slice(0, 1_024) : '';
}
