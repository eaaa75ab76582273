import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import express from 'express';
import supertest from 'supertest';
import type { LoginOutcome, LoginRequest } from '../../../sidecar/core/login/outcome.ts';
import type { LoginName } from '../../../sidecar/core/names.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createPasswordCheck, type PasswordForm } from '../../../sidecar/host/password-check.ts';

const login = 'alice@example.com' as LoginName;
const user = { id: 'u', login, passwordOf: login, state: 'enabled', privileges: [], roles: [] } as const;
const form: PasswordForm = {
  name: 'Alice',
  password: new Secret('alice-demo'),
  secondFactor: new Secret('123456'),
  require: ['auditor'],
  listener: 'wiki',
  twoFactor: 'code',
};

/** Asks by a request, and gives what the login was asked and what came of it. */
async function ask(
  answer: (request: LoginRequest) => Promise<LoginOutcome>,
  options: { readonly trustProxy?: string; readonly headers?: Record<string, string> } = {},
) {
  const asked: LoginRequest[] = [];
  const check = createPasswordCheck({
    login: (request) => {
      asked.push(request);
      return answer(request);
    },
    facade: 'oidc',
    deadlineMs: 3_000,
    isApplicationAddress: (address) => address === '192.0.2.7',
  });
  const app = express();
  if (options.trustProxy !== undefined) app.set('trust proxy', options.trustProxy);
  let outcome: LoginOutcome | undefined;
  let failure: unknown;
  app.post('/', async (request, response) => {
    try {
      outcome = await check(request, response, form);
    } catch (error) {
      failure = error;
    }
    response.end();
  });
  await supertest(app)
    .post('/')
    .set(options.headers ?? {});
  return { asked, outcome, failure };
}

describe('the password check of web forms', () => {
  it('hands everything to the login, and gives its outcome', async () => {
    const { asked, outcome } = await ask(async () => ({ kind: 'accepted', user }));
    assert.deepEqual(outcome, { kind: 'accepted', user });
    const [request] = asked;
    assert.equal(request?.password, form.password);
    assert.equal(request?.secondFactor, form.secondFactor);
    assert.deepEqual(
      { ...request, password: undefined, secondFactor: undefined, clientAddress: undefined },
      {
        ...{ name: 'Alice', require: ['auditor'], listener: 'wiki', twoFactor: 'code', deadlineMs: 3_000 },
        ...{ facade: 'oidc', applicationAddress: false, passwordOnlyListener: false },
        ...{ password: undefined, secondFactor: undefined, clientAddress: undefined },
      },
    );
    assert.match(request?.clientAddress ?? '', /127\.0\.0\.1/);
  });

  for (const outcome of [
    { kind: 'refused', reason: 'wrong_password' },
    { kind: 'could_not_tell', reason: 'held_back', message: 'm' },
  ] as const) {
    it(`tells what was ${outcome.kind} as it is`, async () => {
      assert.deepEqual((await ask(async () => outcome)).outcome, outcome);
    });
  }

  it('fails as the login fails', async () => {
    const fault = new TypeError('x');
    assert.equal((await ask(() => Promise.reject(fault))).failure, fault);
  });

  it('believes a trusted proxy, and nobody else, about the address', async () => {
    const accepted = async () => ({ kind: 'accepted', user }) as const;
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    const trusted = await ask(accepted, { headers, trustProxy: 'loopback' });
    assert.equal(trusted.asked[0]?.clientAddress, '192.0.2.7');
    assert.equal(trusted.asked[0]?.applicationAddress, true);
    const other = await ask(accepted, { headers });
    assert.match(other.asked[0]?.clientAddress ?? '', /127\.0\.0\.1/);
  });
});
