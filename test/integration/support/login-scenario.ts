import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type App, startApp } from '../../../sidecar/app.ts';
import { loadSettings } from '../../../sidecar/config/load.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { demoCompany, type Simulator, startSimulator } from '../../../sidecar/simulator/simulator.ts';
import { connectRaw } from '../../facade/ldap/support/raw-client.ts';
import { bindRequest } from '../../facade/ldap/support/requests.ts';

/** How long IceWarp holds a wrong password back, and how long an LDAP client waits here. */
export const tarpitMs = 3000;
export const deadlineMs = 2000;

export type PolicyMode = 'delay' | 'block' | 'strict_block';
const modes: readonly PolicyMode[] = ['delay', 'block', 'strict_block'];

/** IceWarp's login policy: five failures in ten minutes unless stated. */
export function policyOf(mode: PolicyMode, attempts = 5) {
  return {
    settings: {
      C_Accounts_Policies_Login_Enable: '1',
      C_Accounts_Policies_Login_Attempts: String(attempts),
      C_Accounts_Policies_Login_BlockPeriod: '10',
      C_Accounts_Policies_Login_Block: String(modes.indexOf(mode)),
    },
  };
}

export interface LoginScenario {
  simulator: Simulator;
  app: App;
  /** Where the service runs, its database below it. */
  readonly folder: string;
  /** A bind on a connection of its own: its result code and how long it took. */
  bind(name: string, password: string, from?: string): Promise<{ readonly code: number; readonly ms: number }>;
  /** Questions about an account (by its address) or about nobody's names that reached IceWarp. */
  questions(address?: string): number;
  /** Stops the service and starts it again on the same database. */
  restartService(): Promise<void>;
  /** A server on the old one's port, after that was stopped. */
  restartIcewarp(): Promise<void>;
}

export interface ScenarioOptions {
  /** IceWarp's login policy; `block` when left out. */
  readonly mode?: PolicyMode;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs before the service reads the company. */
  readonly prepare?: (simulator: Simulator) => void;
}

/** The whole service on real sockets before a simulated server, until the test ends. No address is an application's. */
export async function startScenario(t: TestContext, options: ScenarioOptions = {}): Promise<LoginScenario> {
  const { mode = 'block', env, prepare } = options;
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-login-'));
  const start = async (port = 0) => {
    const simulator = await startSimulator({ company: demoCompany(), tarpitMs, port });
    t.after(() => simulator.stop());
    simulator.company.patchServer(policyOf(mode));
    prepare?.(simulator);
    return simulator;
  };
  const simulator = await start();
  const { settings } = loadSettings({
    env: {
      SIDECAR_LDAP_PORT: '0',
      SIDECAR_HTTP_PORT: '0',
      SIDECAR_LOGIN_DEADLINE_SECONDS: String(deadlineMs / 1000),
      SIDECAR_LOGIN_APPLICATION_NETWORKS: '192.0.2.0/24',
      ...env,
    },
    flags: {},
    cwd: folder,
  });
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const serve = async () => {
    const app = await startApp({
      settings,
      account: { url: simulator.url, username: 'admin@example.com', password: new Secret('admin-demo') },
      log: silent,
      logFormat: 'json',
      version: '0.0.0',
      anyFreePort: { ldap: false, http: false },
    });
    t.after(() => app.stop());
    await app.firstSync;
    return app;
  };
  const scenario: LoginScenario = {
    simulator,
    app: await serve(),
    folder,
    async bind(name, password, from = '127.0.0.1') {
      const client = await connectRaw(scenario.app.ldap.port, { localAddress: from });
      const began = performance.now();
      client.send(bindRequest(1, name, password));
      const { code } = await client.next();
      client.close();
      return { code, ms: performance.now() - began };
    },
    questions(address) {
      const { accounts, unknown } = scenario.simulator.loginReport();
      return (address === undefined ? unknown : accounts[address])?.api.questions ?? 0;
    },
    async restartService() {
      await scenario.app.stop();
      scenario.app = await serve();
    },
    async restartIcewarp() {
      scenario.simulator = await start(simulator.port);
    },
  };
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return scenario;
}
