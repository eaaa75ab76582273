import { createCertificate } from './certificate.ts';
import { ServerClock } from './clock.ts';
import type { Company } from './company/company.ts';
import { createControlApp } from './control/control-app.ts';
import type { LoginOutcome } from './login/attempt.ts';
import { loginElsewhere } from './login/elsewhere.ts';
import {
  IntrusionPrevention,
  type IntrusionPreventionSettings,
  noIntrusionPrevention,
} from './login/intrusion-prevention.ts';
import { LoginLedger } from './login/ledger.ts';
import { toLoginReport } from './login/report.ts';
import { toSource } from './login/sources.ts';
import { type LoginReport, LoginStatistics } from './login/statistics.ts';
import type { ServerState } from './server-state.ts';
import { Sessions } from './sessions.ts';
import { Tarpit } from './tarpit.ts';
import { createApiHandler } from './wire/api-handler.ts';
import { FaultQueue } from './wire/faults.ts';
import { type Listener, listen, type ServerIdentity } from './wire/listener.ts';
import { Statistics } from './wire/statistics.ts';

export { Company } from './company/company.ts';
export { demoCompany, loadCompanyFile, parseCompany } from './company/company-file.ts';
export { CompanyError } from './company/faults.ts';
export { generateCompany } from './company/generate.ts';
export type { Account, CompanyData, Domain } from './company/model.ts';
export type { LoginOutcome, LoginRefusal } from './login/attempt.ts';
export type { IntrusionPreventionSettings } from './login/intrusion-prevention.ts';
export type { BlockRecord, LoginCounts, LoginReport } from './login/statistics.ts';
export { totpCode } from './totp.ts';
export type { Fault } from './wire/faults.ts';
export type { StatisticsReport } from './wire/statistics.ts';

/** How a simulated server is to run. */
export interface SimulatorOptions {
  /** Address to listen on; 127.0.0.1 unless stated. */
  readonly host?: string;
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** HTTPS with a certificate made for this run, for localhost and 127.0.0.1. */
  readonly tls?: boolean;
  /** Port of the control endpoint, always on 127.0.0.1; 0 or absent = any free port. */
  readonly controlPort?: number;
  /** Edits of it take effect at once. */
  readonly company: Company;
  /** How long the answer to a failed login is held back, in milliseconds; the original takes about 25,000. */
  readonly tarpitMs: number;
  /** Replies begin with a byte order mark. */
  readonly bom?: boolean;
  /** Blocks addresses that fail too often, for this interface too; off unless stated, in whole or in part. */
  readonly intrusionPrevention?: Partial<IntrusionPreventionSettings>;
  /** Life time of sessions in milliseconds, instead of a day (24 days for persistent ones). */
  readonly sessionTtlMs?: number;
}

/** A running simulated server. */
export interface Simulator {
  /** For example `http://127.0.0.1:4711/`; the interface is at `icewarpapi/` below it. */
  readonly url: string;
  readonly port: number;
  /** For example `http://127.0.0.1:4712/`. */
  readonly controlUrl: string;
  readonly controlPort: number;
  /** The certificate to trust; undefined without TLS. */
  readonly certificatePem: string | undefined;
  readonly company: Company;
  /** Moves the server's clock on, in milliseconds. What is held back until then is answered. */
  advanceClock(ms: number): void;
  /** Changes how long the answer to a failed login is held back, in milliseconds. */
  setTarpit(ms: number): void;
  /**
   * A login by IMAP or the web pages: no second factor, answered at once. Without `source` it comes from
   * 203.0.113.1, somebody else's address.
   */
  loginElsewhere(name: string, password: string, source?: string): LoginOutcome;
  /** What the logins of each account came to so far. */
  loginReport(): LoginReport;
  /** Cuts all connections, waiting calls included, and frees both ports. */
  stop(): Promise<void>;
}

const loopback = '127.0.0.1';

/** Starts a simulated server. Rejects when a port is taken or the address is not this machine's. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? loopback;
  const identity = options.tls === true ? createCertificate(new Date()) : undefined;
  const { company } = options;
  const clock = new ServerClock();
  const state: ServerState = {
    clock,
    company,
    sessions: new Sessions(clock, options.sessionTtlMs),
    tarpit: new Tarpit(options.tarpitMs),
    ledger: new LoginLedger(),
    intrusionPrevention: new IntrusionPrevention({ ...noIntrusionPrevention, ...options.intrusionPrevention }),
    loginStatistics: new LoginStatistics(),
  };
  const cuts = (address: string | undefined) => state.intrusionPrevention.cuts(toSource(address), clock.now());
  const faults = new FaultQueue();
  const statistics = new Statistics();

  const handler = createApiHandler({ state, faults, statistics, bom: options.bom ?? false });
  const api = await listen(handler, { host, port: options.port ?? 0 }, identity, cuts);
  const control = await listenBeside(api, createControlApp({ state, faults, statistics }), options.controlPort ?? 0);
  return {
    url: toUrl(host, api.port, identity),
    port: api.port,
    controlUrl: toUrl(loopback, control.port, undefined),
    controlPort: control.port,
    certificatePem: identity?.certificatePem,
    company,
    advanceClock: (ms) => clock.advance(ms),
    setTarpit(ms) {
      state.tarpit.holdMs = ms;
    },
    loginElsewhere: (name, password, source) => loginElsewhere({ name, password, source }, state),
    loginReport: () => toLoginReport(state),
    async stop() {
      await Promise.all([api.close(), control.close()]);
    },
  };
}

async function listenBeside(api: Listener, app: Parameters<typeof listen>[0], port: number): Promise<Listener> {
  try {
    return await listen(app, { host: loopback, port });
  } catch (error) {
    await api.close();
    throw error;
  }
}

function toUrl(host: string, port: number, identity: ServerIdentity | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${identity === undefined ? 'http' : 'https'}://${name}:${port}/`;
}
