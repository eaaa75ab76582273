import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { toAddressKey } from '../company/addresses.ts';
import type { AccountInput, DomainInput } from '../company/company.ts';
import { parseCompanyData } from '../company/company-fields.ts';
import { CompanyError } from '../company/faults.ts';
import type { ServerState } from '../server-state.ts';
import { type FaultQueue, maxFaults } from '../wire/faults.ts';
import type { Statistics } from '../wire/statistics.ts';
import { parseFault, parseMembers, parseTarpit } from './control-fields.ts';
import { addLoginRoutes } from './login-routes.ts';

/** Enough for a company of a hundred thousand users. */
const maxBody = '64mb';
const localHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** What the control endpoint acts on. */
export interface ControlParts {
  readonly state: ServerState;
  readonly faults: FaultQueue;
  readonly statistics: Statistics;
}

/**
 * The control endpoint: JSON over HTTP, for loopback. Nothing here is part of the original.
 *
 * - `GET|DELETE /statistics`; `GET|POST|DELETE /faults`; `POST /sessions/expire`; `GET|PUT /tarpit` `{ ms }`
 * - `GET|PUT /company`; `PATCH /server`; `POST /domains`; `PATCH|DELETE /domains/NAME`
 * - Clock and logins: see {@link addLoginRoutes}.
 * - `POST /accounts`; `GET|PATCH|DELETE /accounts/ADDRESS`; `POST|DELETE /accounts/ADDRESS/members` `{ members }`
 *
 * Records have the shape of a company file. Answers: 200 or 201 with the record, 204, 400 `{ faults: [{ path, message }] }`,
 * 404, 409 (too many faults).
 */
export function createControlApp({ state, faults, statistics }: ControlParts): Express {
  const { company, sessions, tarpit } = state;
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    // A web page may not drive the simulator by way of a name that it has pointed at loopback.
    if (localHost.test(request.headers.host ?? '')) next();
    else response.status(403).json({ error: 'The control endpoint answers to local names only.' });
  });
  app.use(express.json({ limit: maxBody }));

  app.get('/statistics', (_, response) => response.json(statistics.report()));
  app.delete('/statistics', (_, response) => {
    statistics.reset();
    response.status(204).end();
  });

  app.get('/faults', (_, response) => response.json(faults.list()));
  app.post('/faults', (request, response) => {
    if (faults.list().length >= maxFaults)
      return response.status(409).json({ error: `More than ${maxFaults} faults.` });
    const fault = parseFault(request.body);
    faults.add(fault);
    return response.status(201).json(fault);
  });
  app.delete('/faults', (_, response) => {
    faults.clear();
    response.status(204).end();
  });

  app.post('/sessions/expire', (_, response) => response.json({ expired: sessions.expireAll() }));
  app.get('/tarpit', (_, response) => response.json({ ms: tarpit.holdMs }));
  app.put('/tarpit', (request, response) => {
    tarpit.holdMs = parseTarpit(request.body);
    response.json({ ms: tarpit.holdMs });
  });

  addLoginRoutes(app, state);

  app.get('/company', (_, response) => response.json(company.toData()));
  app.put('/company', (request, response) => {
    company.replace(parseCompanyData(request.body, 'company'));
    state.ledger.clear();
    response.status(204).end();
  });
  app.patch('/server', (request, response) => response.json(company.patchServer(request.body)));

  // Unchecked bodies go to the company as they are: every edit checks what it is given.
  app.post('/domains', (request, response) =>
    response.status(201).json(company.addDomain(request.body as DomainInput)),
  );
  app.patch('/domains/:name', (request, response) =>
    send(response, company.patchDomain(nameOf(request), request.body)),
  );
  app.delete('/domains/:name', (request, response) => sendRemoved(response, company.removeDomain(nameOf(request))));

  app.post('/accounts', (request, response) =>
    response.status(201).json(company.addAccount(request.body as AccountInput)),
  );
  app.get('/accounts/:name', (request, response) => send(response, company.account(nameOf(request))));
  app.patch('/accounts/:name', (request, response) =>
    send(response, company.patchAccount(nameOf(request), request.body)),
  );
  app.delete('/accounts/:name', (request, response) => {
    state.ledger.forget(toAddressKey(nameOf(request)));
    sendRemoved(response, company.removeAccount(nameOf(request)));
  });
  app.post('/accounts/:name/members', (request, response) =>
    send(response, company.addMembers(nameOf(request), parseMembers(request.body))),
  );
  app.delete('/accounts/:name/members', (request, response) =>
    send(response, company.removeMembers(nameOf(request), parseMembers(request.body))),
  );

  app.use((_, response) => {
    response.status(404).json({ error: 'No such resource.' });
  });
  app.use(answerError);
  return app;
}

function nameOf(request: Request<{ name: string }>): string {
  return request.params.name;
}

function send(response: Response, record: object | undefined): void {
  if (record === undefined) response.status(404).json({ error: 'There is none of that name.' });
  else response.json(record);
}

function sendRemoved(response: Response, removed: boolean): void {
  if (removed) response.status(204).end();
  else response.status(404).json({ error: 'There is none of that name.' });
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof CompanyError) response.status(400).json({ faults: error.faults });
  // Errors of express itself (no JSON, too large) carry their status.
  else if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    response.status(error.status).json({ error: error.message });
  } else response.status(500).json({ error: 'The simulator failed.' });
};
