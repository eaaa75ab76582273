import { createCertificate } from './certificate.ts';
import type { Company } from './company/company.ts';
import { createControlApp } from './control/control-app.ts';
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
  /** Cuts all connections, waiting calls included, and frees both ports. */
  stop(): Promise<void>;
}

const loopback = '127.0.0.1';

/** Starts a simulated server. Rejects when a port is taken or the address is not this machine's. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? loopback;
  const identity = options.tls === true ? createCertificate(new Date()) : undefined;
  const { company } = options;
  const state = { company, sessions: new Sessions(options.sessionTtlMs), tarpit: new Tarpit(options.tarpitMs) };
  const faults = new FaultQueue();
  const statistics = new Statistics();

  const handler = createApiHandler({ state, faults, statistics, bom: options.bom ?? false });
  const api = await listen(handler, { host, port: options.port ?? 0 }, identity);
  const control = await listenBeside(api, createControlApp({ state, faults, statistics }), options.controlPort ?? 0);
  return {
    url: toUrl(host, api.port, identity),
    port: api.port,
    controlUrl: toUrl(loopback, control.port, undefined),
    controlPort: control.port,
    certificatePem: identity?.certificatePem,
    company,
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
