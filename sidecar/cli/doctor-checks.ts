import { openLdapCertificates } from '../app-ldap-certificates.ts';
import { type PlannedListener, planListeners } from '../app-ldap-listeners.ts';
import { openSource, toSyncJob } from '../app-sync-job.ts';
import { checkAccounts } from '../application/doctor/check-accounts.ts';
import { type CertificateFiles, checkCertificates } from '../application/doctor/check-certificates.ts';
import { checkClock } from '../application/doctor/check-clock.ts';
import { checkDatabase } from '../application/doctor/check-database.ts';
import { checkDirectory } from '../application/doctor/check-directory.ts';
import { checkIcewarp } from '../application/doctor/check-icewarp.ts';
import { checkListeners } from '../application/doctor/check-listeners.ts';
import { checkLockout } from '../application/doctor/check-lockout.ts';
import { checkPorts, type NamedPort, type PortState } from '../application/doctor/check-ports.ts';
import { checkService } from '../application/doctor/check-service.ts';
import { type ListenerPlace, ownVendor, visit } from '../application/doctor/listener-visits.ts';
import type { Check } from '../application/doctor/run-checks.ts';
import type { IcewarpAccount, Settings } from '../config/settings.ts';
import type { Log } from '../core/ports/log.ts';
import { findPortOwners } from '../host/port-owners.ts';
import { systemClock } from '../host/system-clock.ts';
import { createIcewarpLoginFacts } from '../icewarp/login-facts.ts';
import { checkReach } from '../icewarp/network-check.ts';
import { readServerClock } from '../icewarp/server-clock.ts';
import { readHealthPage } from './doctor-health.ts';
import { createLdapVisits } from './doctor-ldap.ts';
import { toListenerPlace, toReachableHost } from './doctor-places.ts';
import { createStored } from './doctor-stored.ts';
import type { ClientTrust } from './doctor-tls.ts';

const connectMs = 3_000;

/** All checks behind that of the settings, and what ends them. */
export interface DoctorChecks {
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

export function createDoctorChecks(
  settings: Settings,
  account: IcewarpAccount | undefined,
  trust: ClientTrust,
  log: Log,
): DoctorChecks {
  const { ldap, http, login, sync } = settings;
  const planned = planListeners(settings);
  const places = planned.map(toListenerPlace);
  const visits = createLdapVisits(trust);
  const stored = createStored(settings, log);
  const now = () => systemClock.now();
  const icewarp = account === undefined ? undefined : toIcewarpChecks(settings, account, log);
  const httpPlace = { setting: 'http.port', host: http.host, port: http.port };
  const healthUrl = http.port === 0 ? undefined : toHealthUrl(http);
  const answersAsOurs = async (place: ListenerPlace) =>
    await visit(visits, place, async (opened) => (await opened.readRootDse()).vendor === ownVendor).catch(() => false);

  const isOurs = async (port: NamedPort): Promise<boolean | undefined> => {
    if (port === httpPlace) return (await readHealthPage(toHealthUrl(http))) !== undefined;
    const place = places.find((each) => toPortSetting(each) === port.setting);
    // One that hangs up on this machine cannot be asked.
    return place === undefined || place.obstacle !== undefined ? undefined : await answersAsOurs(place);
  };
  return {
    checks: [
      ...(icewarp?.checks ?? []),
      checkDatabase(stored.readFacts),
      checkDirectory({ read: stored.readDirectory, intervalMs: sync.intervalSeconds * 1000, now }),
      checkCertificates(listCertificates(planned, log), now),
      checkPorts({ ports: [...planned.map(toNamedPort), httpPlace], look: lookAtPort, isOurs }),
      checkService({ url: healthUrl, read: readHealthPage, storedGeneration: stored.generation }),
      checkListeners({ places, visits, baseDn: ldap.baseDn, hasAuthority: trust.ca !== undefined, now }),
      checkAccounts({
        accounts: ldap.serviceAccounts.map(({ name, password, certificate }) => ({
          name,
          password: password.reveal() === '' ? undefined : password,
          hasCertificate: certificate !== undefined,
        })),
        ...{ places, visits, baseDn: ldap.baseDn },
      }),
    ],
    async close() {
      await Promise.all([stored.close(), icewarp?.close()]);
    },
  };

  function toIcewarpChecks(
    all: Settings,
    icewarpAccount: IcewarpAccount,
    iceLog: Log,
  ): { readonly checks: readonly Check[]; close(): Promise<void> } {
    const source = openSource(toSyncJob(all, icewarpAccount), { log: iceLog });
    const { acceptAnyCertificate, caFile, timeoutSeconds } = all.icewarp;
    const connection = { acceptAnyCertificate, caFile, timeoutMs: timeoutSeconds * 1000, log: iceLog };
    const facts = createIcewarpLoginFacts({ ...icewarpAccount, ...connection });
    let isLoggedIn = false;
    const onLogin = () => {
      isLoggedIn = true;
    };
    const lockout = { mayAsk: () => isLoggedIn, limits: login.limits };
    return {
      checks: [
        checkIcewarp(source, onLogin),
        checkLockout({ ...lockout, readPolicy: () => facts.readPolicy() }),
        checkClock({ read: (signal) => readServerClock(icewarpAccount, signal), clock: systemClock }),
      ],
      async close() {
        await Promise.all([source.close(), facts.close()]);
      },
    };
  }
}

function toNamedPort({ listener: { section, host, port } }: PlannedListener): NamedPort {
  return { setting: toPortSetting({ section }), host, port };
}

function toPortSetting({ section }: Pick<ListenerPlace, 'section'>): string {
  return `${section}.port`;
}

function toHealthUrl({ host, port }: Settings['http']): string {
  const address = toReachableHost(host);
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/health/ready`;
}

async function lookAtPort({ host, port }: NamedPort): Promise<PortState> {
  const owners = await findPortOwners(port);
  if (owners.length > 0) return { kind: 'taken', owners };
  const isOpen = await checkReach({ host: toReachableHost(host), port }, connectMs).then(
    () => true,
    () => false,
  );
  return isOpen ? { kind: 'taken', owners } : { kind: 'free' };
}

/** One for each pair of files, of the first listener that shows it. */
function listCertificates(planned: readonly PlannedListener[], log: Log): readonly CertificateFiles[] {
  const seen = new Set<string>();
  return planned.flatMap((listener) => {
    const { files } = listener;
    const key = JSON.stringify([files?.certFile, files?.keyFile, files?.clientCaFile]);
    if (files === undefined || seen.has(key)) return [];
    seen.add(key);
    const expiresAt = async () => {
      const opened = await openLdapCertificates([listener], log);
      try {
        return opened.states()[0]?.expiresAt ?? new Date(0);
      } finally {
        await opened.stop();
      }
    };
    return [{ section: files.section, file: files.certFile, expiresAt }];
  });
}
