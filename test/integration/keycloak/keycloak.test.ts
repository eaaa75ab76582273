import { after, before, describe } from 'node:test';
import { missingKeycloak } from '../../support/keycloak.ts';
import { type KeycloakServer, startKeycloak } from '../../support/keycloak-server.ts';
import { describeBrowsing } from './scenarios/browsing.ts';
import { describeClientRoles } from './scenarios/client-roles.ts';
import { describeLoggingIn } from './scenarios/logging-in.ts';
import { describeOutages } from './scenarios/outages.ts';
import { describePlanning } from './scenarios/planning.ts';
import { describeSynchronising } from './scenarios/synchronising.ts';

/** Keycloak's start may take two minutes of a busy machine. */
const limitMs = 590_000;

// One file, so that one Keycloak serves all of it: it takes longer to start than each part takes. Each part has a realm of its own.
describe('on a real Keycloak', { timeout: limitMs, skip: missingKeycloak() }, () => {
  let server: KeycloakServer | undefined;
  before(
    async () => {
      server = await startKeycloak();
    },
    { timeout: limitMs },
  );
  after(() => server?.stop());

  const keycloak = () => {
    if (server === undefined) throw new Error('Keycloak is not there yet');
    return server;
  };
  describePlanning(keycloak);
  describeSynchronising(keycloak);
  describeLoggingIn(keycloak);
  describeClientRoles(keycloak);
  describeBrowsing(keycloak);
  describeOutages(keycloak);
});
