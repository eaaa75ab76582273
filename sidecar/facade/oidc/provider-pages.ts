import { randomUUID } from 'node:crypto';
import { type ErrorOut, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Log } from '../../core/ports/log.ts';
import { toContentSecurityPolicy, toFormTarget } from './csp.ts';
import { createFormExit } from './form-exit.ts';
import { renderErrorPage } from './pages/error.ts';
import { renderLoggedOutPage, renderLogoutPage } from './pages/logout.ts';
import type { PageLook } from './pages/look.ts';
import { languages } from './pages/texts/list.ts';

/** The pages that the library itself asks for. */
export interface ProviderPages {
  readonly languages: readonly string[];
  showError(context: KoaContextWithOIDC, out: ErrorOut, error: Error): void;
  /** `form`: the library's own, without buttons. */
  showLogout(context: KoaContextWithOIDC, form: string): void;
  showLoggedOut(context: KoaContextWithOIDC): void;
  /** Goes around what the library answers. */
  leaveForm(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void>;
}

export interface ProviderPageOptions {
  readonly look: PageLook;
  readonly log: Log;
}

export function createProviderPages({ look, log }: ProviderPageOptions): ProviderPages {
  const show = (context: KoaContextWithOIDC, html: string, targets: readonly string[] = []) => {
    context.set({
      'Content-Security-Policy': toContentSecurityPolicy(targets),
      'X-Frame-Options': 'DENY',
      'Cache-Control': 'no-store',
    });
    context.type = 'html';
    context.body = html;
  };
  const viewOf = ({ query, headers }: KoaContextWithOIDC) =>
    look({ wished: [query.ui_locales], accepted: headers['accept-language'] });

  return {
    languages: Object.keys(languages),
    showError(context, out, error) {
      const reference = randomUUID();
      tellError(log, context, error, reference);
      // An answer that failed half-way must not lead anywhere.
      context.remove('Location');
      const isExpired = error instanceof errors.SessionNotFound;
      const isDown = context.status === 503;
      // As Express had it, with the path that we are mounted at.
      const { originalUrl } = context.req as { readonly originalUrl?: string };
      const again = isDown && context.method === 'GET' ? originalUrl : undefined;
      const kind = isExpired ? 'expired' : isDown ? 'unavailable' : context.status >= 500 ? 'failed' : 'request';
      show(context, renderErrorPage(viewOf(context), { kind, code: out.error, reference, again }));
    },
    showLogout(context, form) {
      const target = toFormTarget(context.oidc.params?.post_logout_redirect_uri);
      const client = context.oidc.client?.clientName ?? context.oidc.client?.clientId;
      show(context, renderLogoutPage(viewOf(context), { form, client }), target === undefined ? [] : [target]);
    },
    leaveForm: createFormExit(look),
    showLoggedOut: (context) => show(context, renderLoggedOutPage(viewOf(context))),
  };
}

/** The library emits what it cannot answer as an event of its own, which is logged there. */
function tellError(log: Log, context: KoaContextWithOIDC, error: Error, reference: string): void {
  const detail = 'error_detail' in error ? error.error_detail : undefined;
  const description = 'error_description' in error ? error.error_description : undefined;
  const client = context.oidc?.client?.clientId;
  const fields = { reference, path: context.path, status: context.status, client, description, detail, error };
  if (context.status >= 500) log.error('a sign-in could not be answered', fields);
  else log.info('a sign-in was answered with an error', fields);
}
