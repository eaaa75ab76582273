import assert from 'node:assert/strict';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';

/** Keycloak's admin REST API as its administrator uses it: a witness that shares no code with what is tested. */
export interface AdminCalls {
  /** Path below the realm; the whole path with a slash before it. Fails the test unless the answer is a success. */
  get<T>(path: string): Promise<T>;
  post(path: string, body: unknown): Promise<void>;
  /** A POST without a body whose answer counts. */
  send<T>(path: string): Promise<T>;
  /** The same with a body. */
  ask<T>(path: string, body: unknown): Promise<T>;
  put(path: string, body: unknown): Promise<void>;
  remove(path: string, body?: unknown): Promise<void>;
}

export interface RealmUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled: boolean;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** A token of the administrator lives for a minute. */
const tokenLifeMs = 30_000;

export function createAdminCalls({ url, administrator }: KeycloakServer, realm: string): AdminCalls {
  let token = { text: '', until: 0 };
  const readToken = async () => {
    if (performance.now() > token.until) {
      const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...administrator });
      const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
      const { access_token: text } = (await answer.json()) as { access_token: string };
      token = { text, until: performance.now() + tokenLifeMs };
    }
    return token.text;
  };
  const call = async (method: string, path: string, body?: unknown) => {
    const place = `${url}/admin/realms${path.startsWith('/') ? path : `/${realm}/${path}`}`;
    const answer = await fetch(place, {
      method,
      headers: { authorization: `Bearer ${await readToken()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  return {
    get: async (path) => JSON.parse(await call('GET', path)),
    post: async (path, body) => void (await call('POST', path, body)),
    send: async (path) => JSON.parse(await call('POST', path)),
    ask: async (path, body) => JSON.parse(await call('POST', path, body)),
    put: async (path, body) => void (await call('PUT', path, body)),
    remove: async (path, body) => void (await call('DELETE', path, body)),
  };
}
