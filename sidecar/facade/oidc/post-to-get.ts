import express, { type RequestHandler } from 'express';

/** Longest address that browsers and proxies are known to take. */
const maxUrlLength = 8_000;
const parseBody = express.text({ type: 'application/x-www-form-urlencoded', limit: maxUrlLength });

/**
 * Turns a form sent to a page into a visit to it: OpenID Connect Core 1.0 §3.1.2.1 and RP-Initiated Logout 1.0 §2 want both, and with the
 * form of another site browsers send no session cookie (SameSite), as they do with a visit.
 */
export const postToGet: readonly RequestHandler[] = [
  parseBody,
  (request, response, next) => {
    const body: unknown = request.body;
    const query = new URLSearchParams(typeof body === 'string' ? body : '').toString();
    if (query === '') return next();
    const [path = ''] = request.originalUrl.split('?');
    if (path.length + query.length > maxUrlLength) return void response.status(413).end();
    response.set('Cache-Control', 'no-store').redirect(303, `${path}?${query}`);
  },
];
