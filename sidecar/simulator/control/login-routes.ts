import type { Express } from 'express';
import { loginElsewhere } from '../login/elsewhere.ts';
import { toLoginReport, unblock } from '../login/report.ts';
import type { ServerState } from '../server-state.ts';
import { parseAdvance, parseIntrusionPrevention, parseLogin } from './login-fields.ts';

/**
 * Resources for the clock and the login policy:
 *
 * - `GET|POST /clock` `{ advanceMs }`: the server's time, moved on so that block periods need no waiting
 * - `GET|DELETE /logins`: questions, failures and blocks of each account by way in; DELETE starts counting afresh
 * - `POST /logins` `{ name, password, source? }`: somebody logs in by IMAP or the web pages; gives `{ outcome, reason? }`
 * - `POST /accounts/ADDRESS/unblock`
 * - `GET|PATCH|DELETE /intrusion-prevention`: settings and blocked addresses; DELETE unblocks them
 *
 * The policy itself is made of `settings` of the server (`PATCH /server`), which replace those given before.
 */
export function addLoginRoutes(app: Express, state: ServerState): void {
  const { clock, company, intrusionPrevention, loginStatistics } = state;
  const showClock = () => ({ now: new Date(clock.now()).toISOString(), advancedMs: clock.advancedMs });
  app.get('/clock', (_, response) => response.json(showClock()));
  app.post('/clock', (request, response) => {
    clock.advance(parseAdvance(request.body));
    response.json(showClock());
  });

  app.get('/logins', (_, response) => response.json(toLoginReport(state)));
  app.delete('/logins', (_, response) => {
    loginStatistics.reset();
    response.status(204).end();
  });
  app.post('/logins', (request, response) => {
    const outcome = loginElsewhere(parseLogin(request.body), state);
    response.json({ outcome: outcome.kind, ...(outcome.kind === 'refused' ? { reason: outcome.reason } : {}) });
  });

  app.post('/accounts/:name/unblock', (request, response) => {
    if (company.account(request.params.name) === undefined) {
      return response.status(404).json({ error: 'There is none of that name.' });
    }
    return response.json(unblock(request.params.name, state));
  });

  const showPrevention = () => intrusionPrevention.report(clock.now());
  app.get('/intrusion-prevention', (_, response) => response.json(showPrevention()));
  app.patch('/intrusion-prevention', (request, response) => {
    intrusionPrevention.settings = parseIntrusionPrevention(request.body, intrusionPrevention.settings);
    response.json(showPrevention());
  });
  app.delete('/intrusion-prevention', (_, response) => {
    intrusionPrevention.clear();
    response.status(204).end();
  });
}
