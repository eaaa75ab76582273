import { join } from 'node:path';
import { type App, startApp } from '../../../sidecar/app.ts';
import { loadSettings } from '../../../sidecar/config/load.ts';
import { type Log, silentLog } from '../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { type RelyingParty, startRelyingParty } from '../../../sidecar/demo/relying-party.ts';
import { demoCompany, type Simulator, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { findFreePort } from '../../support/free-port.ts';
import { makeFolder } from '../../support/sidecar-process.ts';

/** A client as `oidc.clients` has it. */
export type ClientSettings = Readonly<Record<string, unknown>>;

export interface OidcScenarioOptions {
  readonly clients?: readonly ClientSettings[];
  readonly env?: Readonly<Record<string, string>>;
  readonly tarpitMs?: number;
  readonly log?: Log;
  /** Starts a second service on the same database; it needs PostgreSQL. */
  readonly replicas?: number;
}

/** The whole service before a simulated IceWarp, and an application that signs people in. */
export interface OidcScenario {
  readonly simulator: Simulator;
  readonly apps: readonly App[];
  readonly app: App;
  /** Where the first service is, without a slash at its end. */
  readonly url: string;
  readonly issuer: string;
  readonly folder: string;
  readonly application: RelyingParty;
  /** The audit log so far. */
  readonly auditFile: string;
  /** A simulated IceWarp on the old one's port, after that was stopped. */
  restartIcewarp(): Promise<void>;
  close(): Promise<void>;
}

/** The application's client: first party, on any port of this machine. */
export const applicationClient = {
  id: 'application',
  name: 'Application',
  redirectUris: ['http://127.0.0.1/callback'],
  postLogoutRedirectUris: ['http://127.0.0.1/'],
  secret: 'application-secret',
  firstParty: true,
};

const clientSecret = new Secret(applicationClient.secret);

export async function startOidcScenario(options: OidcScenarioOptions = {}): Promise<OidcScenario> {
  const { clients = [applicationClient], tarpitMs = 1_500, replicas = 1 } = options;
  const folder = await makeFolder();
  const closers: (() => Promise<unknown>)[] = [folder.remove];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const auditFile = join(folder.path, 'audit.jsonl');
  try {
    let simulator = await startSimulator({ company: demoCompany(), tarpitMs });
    closers.push(() => simulator.stop());
    const apps: App[] = [];
    // One address for all of them: what a load balancer would have.
    const port = await findFreePort();
    for (let index = 0; index < replicas; index += 1) {
      const { settings } = loadSettings({
        env: {
          SIDECAR_LDAP_PORT: '0',
          SIDECAR_HTTP_PORT: index === 0 ? String(port) : '0',
          SIDECAR_HTTP_PUBLIC_URL: `http://127.0.0.1:${port}`,
          SIDECAR_LOGIN_DEADLINE_SECONDS: '1',
          SIDECAR_OIDC_CLIENTS: JSON.stringify(clients),
          SIDECAR_AUDIT_FILE: index === 0 ? auditFile : join(folder.path, `audit-${index}.jsonl`),
          ...options.env,
        },
        flags: {},
        cwd: folder.path,
      });
      const app = await startApp({
        settings,
        account: { url: simulator.url, username: 'admin@example.com', password: new Secret('admin-demo') },
        log: options.log ?? silentLog,
        logFormat: 'json',
        version: 'test',
        anyFreePort: { ldap: false, http: false },
      });
      closers.push(() => app.stop());
      apps.push(app);
      await app.firstSync;
    }
    const app = apps[0] as App;
    const { issuer } = app.oidc.provider;
    const application = await startRelyingParty({ issuer, clientId: applicationClient.id, clientSecret, port: 0 });
    closers.push(() => application.stop());
    return {
      get simulator() {
        return simulator;
      },
      ...{ app, apps, issuer, application, auditFile, close },
      folder: folder.path,
      url: new URL(issuer).origin,
      async restartIcewarp() {
        simulator = await startSimulator({ company: demoCompany(), tarpitMs, port: simulator.port });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
