import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../support/free-port.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';
import type { LoadTarget } from './oidc-load.ts';
import { findWorker } from './process-family.ts';
import { serviceAccount } from './running-sidecar.ts';

const run = promisify(execFile);
const realm = 'bench';
const admin = { username: 'admin', password: 'admin-of-the-bench' };
const startLimitMs = 600_000;

/** Keycloak as an operator would run it, its users in an LDAP directory. */
export interface KeycloakPeer {
  readonly pid: number;
  readonly target: LoadTarget;
  stop(): Promise<void>;
}

export interface KeycloakPeerOptions {
  readonly ldapPort: number;
  readonly client: { readonly id: string; readonly secret: string; readonly redirectUri: string };
}

/** Starts a copy of the distribution in `folder`, which is built once (`start --optimized`), with a realm that knows the LDAP directory. */
export async function startKeycloakPeer(folder: string, options: KeycloakPeerOptions): Promise<KeycloakPeer> {
  const built = join(folder, 'built-for-bench');
  if (!existsSync(built)) {
    await run(join(folder, 'bin', 'kc.sh'), ['build', '--db=dev-file'], { timeout: startLimitMs });
    await writeFile(built, '');
  }
  const scratch = await makeFolder();
  const home = join(scratch.path, 'keycloak');
  await cp(folder, home, { recursive: true });
  const script = join(home, 'bin', 'kc.sh');
  const env = {
    ...process.env,
    KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  };
  const [port, managementPort] = [await findFreePort(), await findFreePort()];
  const listen = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`];
  const args = [
    'start',
    '--optimized',
    ...listen,
    `--http-management-port=${managementPort}`,
    '--hostname-strict=false',
  ];
  const child: ChildProcess = spawn(script, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    await scratch.remove();
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Keycloak ended:\n${output}`);
      return fetch(`${url}/realms/master`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, startLimitMs);
    await createRealm(url, options);
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = (name: string) => `${url}/realms/${realm}/protocol/openid-connect/${name}`;
  const { id, secret, redirectUri } = options.client;
  return {
    pid: findWorker(child.pid ?? 0),
    target: {
      authorizationEndpoint: endpoint('auth'),
      tokenEndpoint: endpoint('token'),
      userinfoEndpoint: endpoint('userinfo'),
      ...{ clientId: id, clientSecret: secret, redirectUri },
    },
    stop,
  };
}

async function createRealm(url: string, { ldapPort, client }: KeycloakPeerOptions): Promise<void> {
  const grant = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin });
  const response = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body: grant });
  const { access_token: token } = (await response.json()) as { readonly access_token: string };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/admin/realms${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`Keycloak: ${path}: ${answer.status} ${await answer.text()}`);
  };
  await post('', {
    realm,
    enabled: true,
    sslRequired: 'none',
    clients: [
      {
        clientId: client.id,
        secret: client.secret,
        redirectUris: [client.redirectUri],
        publicClient: false,
        consentRequired: false,
      },
    ],
  });
  const config = {
    ...{ connectionUrl: `ldap://127.0.0.1:${ldapPort}`, usersDn: 'ou=users,o=icewarp', vendor: 'other' },
    ...{ authType: 'simple', bindDn: serviceAccount.dn, bindCredential: serviceAccount.password },
    ...{ usernameLDAPAttribute: 'uid', rdnLDAPAttribute: 'uid', uuidLDAPAttribute: 'entryUUID' },
    ...{ userObjectClasses: 'inetOrgPerson', editMode: 'READ_ONLY', searchScope: '1', enabled: 'true' },
    ...{ importEnabled: 'true', pagination: 'true', connectionPooling: 'true', cachePolicy: 'DEFAULT' },
  };
  await post(`/${realm}/components`, {
    name: 'ldap',
    providerId: 'ldap',
    providerType: 'org.keycloak.storage.UserStorageProvider',
    config: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, [value]])),
  });
}
