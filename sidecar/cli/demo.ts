import { randomBytes } from 'node:crypto';
import type { App } from '../app.ts';
import type { LoadedSettings } from '../config/load.ts';
import type { IcewarpAccount, Settings } from '../config/settings.ts';
import { checkOidcClient } from '../core/oidc-clients/check-client.ts';
import { Secret } from '../core/secret.ts';
import { type RelyingParty, relyingPartyPaths, startRelyingParty } from '../demo/relying-party.ts';
import { demoCompany, type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { CliContext } from './context.ts';
import { demoDatabaseUrl, removeDemoFile, writeDemoFile } from './demo-file.ts';
import { formatTable } from './table.ts';

/** What `serve` runs when no IceWarp server is configured. */
export interface Demo {
  readonly simulator: Simulator;
  readonly account: IcewarpAccount;
  readonly settings: Settings;
  /** Starts the application that signs people in; gives its address. */
  startApplication(app: App): Promise<string>;
  /** A default port may be taken; one that was asked for may not. */
  readonly anyFreePort: { readonly ldap: boolean; readonly http: boolean };
  stop(): Promise<void>;
}

/** Shorter than the 25 s of a real server, and than the time an LDAP login may take: a wrong password is seen to be refused. */
const tarpitMs = 2_000;
const administrator = { username: 'admin@example.com', password: 'admin-demo' };
const applicationId = 'demo';
const applicationPort = 8081;
const reader = { name: 'reader', password: 'reader-demo' };

/** Starts the simulated server, and leaves a settings file for the commands that are typed in another terminal. */
export async function startDemo({ cwd }: CliContext, { settings, origins }: LoadedSettings): Promise<Demo> {
  const simulator = await startSimulator({ company: demoCompany(), tarpitMs });
  const isDefault = (key: string) => origins.get(key) === 'default';
  const url = isDefault('database.url') ? demoDatabaseUrl(cwd) : settings.database.url;
  const accounts = settings.ldap.serviceAccounts;
  let application: RelyingParty | undefined;
  const applicationSecret = new Secret(randomBytes(24).toString('base64url'));
  const own = accounts.length > 0 ? {} : { ldap: { serviceAccounts: [reader] } };
  writeDemoFile(cwd, { icewarp: { url: simulator.url, ...administrator }, database: { url }, ...own });
  return {
    simulator,
    account: {
      url: simulator.url,
      username: administrator.username,
      password: new Secret(administrator.password),
    },
    settings: {
      ...settings,
      database: { ...settings.database, url },
      oidc: { ...settings.oidc, clients: [createApplicationClient(applicationSecret), ...settings.oidc.clients] },
      ldap: {
        ...settings.ldap,
        serviceAccounts:
          accounts.length > 0
            ? accounts
            : [{ name: reader.name, password: new Secret(reader.password), beforeUse: false }],
      },
    },
    anyFreePort: { ldap: isDefault('ldap.port'), http: isDefault('http.port') },
    async startApplication({ oidc }) {
      application = await startApplication(oidc.provider.issuer, applicationSecret);
      return application.url;
    },
    async stop() {
      removeDemoFile(cwd);
      await application?.stop();
      await simulator.stop();
    },
  };
}

/** On any port: it runs on this machine (RFC 8252 §7.3). */
function createApplicationClient(secret: Secret): Settings['oidc']['clients'][number] {
  const here = 'http://127.0.0.1';
  const { client, faults } = checkOidcClient({
    id: applicationId,
    name: 'Demo application',
    redirectUris: [here + relyingPartyPaths.callback],
    postLogoutRedirectUris: [here + relyingPartyPaths.signedOut],
    isFirstParty: true,
  });
  if (client === undefined) throw new TypeError(JSON.stringify(faults));
  return { client, secret };
}

async function startApplication(issuer: string, clientSecret: Secret): Promise<RelyingParty> {
  const options = { issuer, clientId: applicationId, clientSecret };
  return await startRelyingParty({ ...options, port: applicationPort }).catch(() =>
    startRelyingParty({ ...options, port: 0 }),
  );
}

/** What to try, for a person. Waits for the end of the first sync. Rejects when the service is stopped before. */
export async function describeDemo({ simulator, settings, startApplication }: Demo, app: App): Promise<string> {
  const applicationUrl = await startApplication(app);
  const report = await app.firstSync;
  const ldapUrl = `ldap://${hostOf(app.ldap.address)}:${app.ldap.port}`;
  const httpUrl = `http://${hostOf(app.http.address)}:${app.http.port}`;
  const { baseDn, port, serviceAccounts } = settings.ldap;
  const { port: httpPort } = settings.http;
  const service = serviceAccounts[0]?.name ?? reader.name;
  const isOwnReader = service === reader.name && serviceAccounts[0]?.password.reveal() === reader.password;
  const bindReader = `-D cn=${service} ${isOwnReader ? `-w ${reader.password}` : '-W'}`;
  const taken = (asked: number, got: number) => (asked === got || asked === 0 ? '' : `   (${asked} was taken)`);
  const places = [
    ['  LDAP', `${ldapUrl}   base ${baseDn}${taken(port, app.ldap.port)}`],
    ['  health, metrics', `${httpUrl}/health/ready   ${httpUrl}/metrics${taken(httpPort, app.http.port)}`],
    ['  IceWarp (simulated)', `${simulator.url}   administrator ${administrator.username} / ${administrator.password}`],
  ];
  const people = [
    ['  alice@example.com', 'alice-demo', 'in auditors@ through legal-team@'],
    ['  bob@example.com', 'bob-demo', 'also robert@example.com; in archive-admins@'],
    ['  dave@example.com', 'dave-demo', 'second factor: the code is 123456'],
    ['  carol@example.com', 'carol-demo', 'disabled: refused'],
    [`  cn=${service}`, isOwnReader ? reader.password : '(yours)', 'the service account: may search everything'],
  ];
  return `
The demo runs with a simulated IceWarp server. First sync: ${report.summary}

Where it listens
${formatTable(places)}

Accounts to try
${formatTable(people)}

In a browser, sign in as alice and see what an application gets to know about her
  ${applicationUrl}/

In another terminal
  ldapsearch -x -H ${ldapUrl} ${bindReader} -b ${baseDn} '(mail=robert@example.com)' cn mail memberOf
  ldapwhoami -x -H ${ldapUrl} -D alice@example.com -w alice-demo
  ldapwhoami -x -H ${ldapUrl} -D robert@example.com -w bob-demo
  npm run -s sidecar -- sync --dry-run
  npm run -s sidecar -- explain alice

To use your own server, set SIDECAR_ICEWARP_URL, SIDECAR_ICEWARP_USERNAME and SIDECAR_ICEWARP_PASSWORD. Ctrl-C ends the demo.
`;
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
