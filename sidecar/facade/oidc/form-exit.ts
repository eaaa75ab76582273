import type { KoaContextWithOIDC } from 'oidc-provider';
import { toContentSecurityPolicy } from './csp.ts';
import { renderContinuePage } from './pages/continue.ts';
import type { PageLook } from './pages/look.ts';

/** Lets the logout form, which the library answers with a redirect, lead on from a page; see pages/continue.ts. */
export function createFormExit(look: PageLook) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const url = context.response.get('Location');
    if (context.oidc?.route !== 'end_session_confirm' || context.status !== 303 || url === '') return;
    const view = look({ wished: [], accepted: context.get('Accept-Language') });
    context.remove('Location');
    context.set('Content-Security-Policy', toContentSecurityPolicy());
    context.status = 200;
    context.type = 'html';
    context.body = renderContinuePage(view, { url });
  };
}
