import express, { type Request, type Response, Router } from 'express';
import { errors } from 'oidc-provider';
import { showConsent, takeConsent } from './consent.ts';
import type { FormTokens } from './form-token.ts';
import { type InteractionOptions, type OpenInteraction, openInteraction, readField } from './interaction.ts';
import { acrReasons } from './interaction-policy.ts';
import { createSignIn, type SignInOptions } from './sign-in.ts';

export interface LoginRouteOptions extends InteractionOptions, SignInOptions {
  readonly tokens: FormTokens;
}

/** Largest form, in octets: a name, a password and a token are small. */
const maxFormBytes = 16 * 1024;

/** The pages of a sign-in, below its id. What is thrown is left to the error handler. */
export function createLoginRoutes(options: LoginRouteOptions): Router {
  const signIn = createSignIn(options);
  const { provider, tokens } = options;
  const parseForm = express.urlencoded({ extended: false, limit: maxFormBytes, parameterLimit: 20 });

  const step = (prompt: string, take: (open: OpenInteraction) => void | Promise<void>) => {
    return async (request: Request, response: Response) => {
      const open = await openInteraction(request, response, options);
      // The sign-in went on in the meantime, as after the browser's back button.
      if (prompt !== '' && open.interaction.prompt.name !== prompt) return response.redirect(303, open.url(''));
      await take(open);
    };
  };
  const form = (take: (open: OpenInteraction) => void | Promise<void>) => {
    return async (request: Request, response: Response) => {
      const open = await openInteraction(request, response, options);
      if (!tokens.isValid(open.interaction.uid, readField(request, 'token'))) {
        throw new errors.InvalidRequest('the form was not made here', 403, 'wrong or missing form token');
      }
      if (readField(request, 'cancel') !== '') {
        options.pending.remove(open.interaction.uid);
        return await open.finish({ error: 'access_denied', error_description: 'the person cancelled' });
      }
      await take(open);
    };
  };
  const ofPrompt = (
    login: (open: OpenInteraction) => void | Promise<void>,
    consent: (open: OpenInteraction) => void | Promise<void>,
  ) => {
    return async (open: OpenInteraction) => {
      const { name, reasons } = open.interaction.prompt;
      if (name === 'consent') return await consent(open);
      if (name !== 'login') throw new errors.InvalidRequest('there is no such step', 400, `prompt ${name}`);
      if (isUnattainable(open, reasons)) {
        return await open.finish({
          error: 'unmet_authentication_requirements',
          error_description: 'this account cannot sign in the way that was asked for',
        });
      }
      await login(open);
    };
  };

  const router = Router();
  router.get('/:uid', step('', ofPrompt(signIn.showLogin, showConsent)));
  router.post('/:uid', parseForm, form(ofPrompt(signIn.takeLogin, (open) => takeConsent(open, provider))));
  router.get('/:uid/code', step('login', signIn.showCode));
  router.post('/:uid/code', parseForm, form(signIn.takeCode));
  router.get('/:uid/check', step('login', signIn.look));
  return router;
}

/** The person has just signed in as well as the account can, and it was not what the client insists on. */
function isUnattainable({ interaction }: OpenInteraction, reasons: readonly string[]): boolean {
  return interaction.lastSubmission?.login !== undefined && reasons.some((reason) => acrReasons.has(reason));
}
