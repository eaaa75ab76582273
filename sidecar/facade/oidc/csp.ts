import type { Response } from 'express';

/** What every page is allowed: nothing that is not listed here; no inline style, no script, no frame around it. */
const always = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/**
 * The Content-Security-Policy of a page whose form may lead to `targets`, besides this service. Chromium also checks what a form is
 * redirected to (CSP Level 3 §6.4.1).
 */
export function toContentSecurityPolicy(targets: readonly string[] = []): string {
  return [...always, `form-action ${["'self'", ...targets].join(' ')}`].join('; ');
}

/** Where a redirect URI leads, as a source of a policy: an origin, or the scheme of an app's own. Undefined for what is no URI. */
export function toFormTarget(uri: unknown): string | undefined {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  if (url === null) return undefined;
  const source = url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : url.protocol;
  return /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/.test(source) ? source : undefined;
}

/** The headers of a page. */
export function setPageHeaders(response: Response, targets: readonly (string | undefined)[] = []): void {
  const known = targets.filter((target) => target !== undefined);
  response.set({
    'Content-Security-Policy': toContentSecurityPolicy(known),
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
  });
}
