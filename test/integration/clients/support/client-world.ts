import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Company, demoCompany, type Simulator, startSimulator } from '../../../../sidecar/simulator/simulator.ts';
import { findProgram } from '../../../support/programs.ts';
import { makeFolder, type SidecarProcess, startSidecar } from '../../../support/sidecar-process.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { findFreePorts } from './free-ports.ts';
import { type Recording, secretsFileIn, startRecording } from './recording.ts';

/** One more LDAP listener on 127.0.0.1, on a free port. Certificate and key are the world's own. */
export interface ClientListener {
  readonly name: string;
  readonly tls?: 'none' | 'starttls' | 'ldaps';
  readonly profile?: string;
  /** Whether it asks for clients' certificates, which the same authority signs. */
  readonly clientCertificates?: boolean;
  /** What else its section of `ldap.listeners` is to say. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface ClientWorldOptions {
  readonly listeners?: readonly ClientListener[];
  /** Service accounts beside `reader` / `reader-demo`, which sees everything. */
  readonly accounts?: readonly { readonly name: string; readonly [setting: string]: unknown }[];
  /** Runs before the service reads the company, which is that of the demo. */
  readonly prepare?: (company: Company) => void;
  /** The text of a mapping file. */
  readonly mapping?: string;
  /** Sections of the settings file that win over the ones made here; `ldap` is merged. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether what passes is recorded for tshark; true when left out. */
  readonly isRecorded?: boolean;
}

/** A running `serve`, as an administrator would run it, before a simulated IceWarp server. */
export interface ClientWorld {
  /** Where the service runs; a client's own files may lie there too. */
  readonly folder: string;
  readonly simulator: Simulator;
  readonly certificates: Certificates;
  readonly service: SidecarProcess;
  /** Of all that passes the ports below, which are those of taps then; undefined without tshark. */
  readonly recording: Recording | undefined;
  /** Port of a listener. The one named `ldap` is always there: in clear, on loopback, profile `generic`. */
  port(listener?: string): number;
  /** The listener's own port, for clients whose bytes are no LDAP: nothing is recorded there. */
  ownPort(listener: string): number;
  /** `ldap://127.0.0.1:4711`, or `ldaps://…` where that is what the listener speaks. */
  url(listener?: string): string;
  /** The sum of a metric's values over all labels that hold `label`. */
  metric(name: string, label?: string): Promise<number>;
  /** Ends everything, and is an error when the service did not end by itself with status 0, or tshark finds an LDAP message malformed. */
  stop(): Promise<void>;
}

/**
 * How long the simulated server holds a wrong password back, and when a client is told so. The first is the shorter one, so that
 * every refusal is IceWarp's own: these tests are about clients.
 */
const tarpitMs = 200;
const deadlineSeconds = 2;

export const reader = { dn: 'cn=reader', password: 'reader-demo' };

/** Starts it and waits for the end of the first sync. */
export async function startClientWorld(options: ClientWorldOptions = {}): Promise<ClientWorld> {
  const folder = await makeFolder();
  const [certificates, simulator] = await Promise.all([
    makeCertificates(folder.path),
    startSimulator({ company: demoCompany(), tarpitMs }),
  ]);
  options.prepare?.(simulator.company);
  const listeners: readonly ClientListener[] = options.listeners ?? [];
  const [firstPort = 0, ...otherPorts] = await findFreePorts(1 + listeners.length);
  const places = new Map<string, { readonly port: number; readonly scheme: string }>([
    ['ldap', { port: firstPort, scheme: 'ldap' }],
  ]);
  const sections = listeners.map((listener, index) => {
    const port = otherPorts[index] ?? 0;
    places.set(listener.name, { port, scheme: listener.tls === 'ldaps' ? 'ldaps' : 'ldap' });
    return toSection(listener, port, certificates);
  });
  const { ldap, ...others } = options.settings ?? {};
  const account = { username: 'admin@example.com', password: 'admin-demo' };
  const settings = {
    icewarp: { url: simulator.url, ...account },
    database: { url: `sqlite:${join(folder.path, 'sidecar.sqlite')}` },
    http: { port: 0 },
    log: { format: 'json' },
    login: { deadlineSeconds },
    ldap: {
      port: firstPort,
      workers: 1,
      ...(sections.length > 0 && { listeners: sections }),
      serviceAccounts: [{ name: 'reader', password: reader.password }, ...(options.accounts ?? [])],
      ...ldap,
    },
    ...others,
  };
  writeFileSync(join(folder.path, 'sidecar.yaml'), stringify(settings), { mode: 0o600 });
  if (options.mapping !== undefined) {
    mkdirSync(join(folder.path, 'mappings'));
    writeFileSync(join(folder.path, 'mappings', 'clients.yaml'), options.mapping);
  }
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --tls-keylog=${secretsFileIn(folder.path)}` };
  const service = startSidecar(['serve'], { cwd: folder.path, env });
  let recording: Recording | undefined;
  const world: ClientWorld = {
    folder: folder.path,
    simulator,
    certificates,
    service,
    get recording() {
      return recording;
    },
    port: (name = 'ldap') => recording?.port(name) ?? placeOf(places, name).port,
    ownPort: (name) => placeOf(places, name).port,
    url: (name = 'ldap') => `${placeOf(places, name).scheme}://127.0.0.1:${world.port(name)}`,
    async metric(name, label = '') {
      const [, place] = await service.waitFor(/"http":"([^"]+)"/, 'stderr');
      const text = await (await fetch(`http://${place}/metrics`)).text();
      const lines = text.split('\n').filter((line) => /^\w+/.exec(line)?.[0] === name && line.includes(label));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    async stop() {
      const recorded = await recording?.stop().catch((error: unknown) => error);
      const { code } = service.child.exitCode === null ? await service.stop('SIGTERM') : { code: -1 };
      await simulator.stop();
      await folder.remove();
      assert.equal(code, 0, service.output().stderr);
      if (recorded !== undefined) throw recorded;
    },
  };
  try {
    await service.waitFor(/"listening"/, 'stderr', 40_000);
    await service.waitFor(/"directory published"/, 'stderr', 40_000);
    if (options.isRecorded !== false && findProgram('tshark') !== undefined) {
      const recorded = [...places].map(([name, { port, scheme }]) => ({ name, port, isLdaps: scheme === 'ldaps' }));
      recording = await startRecording(folder.path, recorded);
    }
  } catch (error) {
    await world.stop().catch(() => {});
    throw error;
  }
  return world;
}

function toSection(listener: ClientListener, port: number, certificates: Certificates): object {
  const { name, tls = 'none', profile, clientCertificates = false, settings } = listener;
  const { certFile, keyFile, caFile } = certificates;
  return {
    name,
    host: '127.0.0.1',
    port,
    tls,
    ...(tls !== 'none' && { certFile, keyFile }),
    ...(profile !== undefined && { profile }),
    ...(clientCertificates && { clientCaFile: caFile }),
    ...settings,
  };
}

function placeOf<T>(places: ReadonlyMap<string, T>, name: string): T {
  const place = places.get(name);
  if (place === undefined) throw new TypeError(`no listener ${name}; there are ${[...places.keys()].join(', ')}`);
  return place;
}
