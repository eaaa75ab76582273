import type { MessagePort } from 'node:worker_threads';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { Secret } from '../../core/secret.ts';
import type { MadeServiceAccount } from '../../core/service-accounts.ts';
import { collectGarbage } from '../../host/collect-garbage.ts';
import { createLdapCounts } from '../../observe/ldap-counts.ts';
import { ConnectionCounts } from './admission.ts';
import { KeptVersions } from './kept-versions.ts';
import { createRemoteAccount } from './remote-account.ts';
import { createRemoteLogin } from './remote-login.ts';
import { createServiceAccounts } from './service-accounts.ts';
import { type Serving, serveLdap } from './serving.ts';
import type { FromLdapWorker, LdapWorkerData, SentServiceAccount, ToLdapWorker } from './worker-protocol.ts';

/**
 * The whole of an LDAP worker thread: answers searches by itself and asks the main thread about passwords. Resolves when it listens, or
 * has told that it cannot; the thread ends when it is told to stop, and when the main thread is gone.
 */
export async function runLdapWorker(port: MessagePort, data: LdapWorkerData, log: Log): Promise<void> {
  const post = (message: FromLdapWorker) => port.postMessage(message);
  const versions = new KeptVersions();
  const counts = createLdapCounts();
  const remote = createRemoteLogin(post);
  const accounts = createRemoteAccount(post);
  const serviceAccounts = createServiceAccounts(data.serviceAccounts, data.madeServiceAccounts.map(toMade));
  const { limits } = data;
  let serving: Serving | undefined;
  let told = data.publication?.version ?? 0;

  const pruneVersions = () => {
    versions.prune(serving?.snapshotsInUse() ?? new Set());
    if (versions.oldestVersion === told) return;
    told = versions.oldestVersion;
    post({ kind: 'in-use', oldest: told });
  };
  const tellCounts = () => {
    const batch = counts.take();
    if (batch !== undefined) post({ kind: 'counts', batch });
  };
  const replaceMaterial = ({ listener, material }: ToLdapWorker & { kind: 'material' }) => {
    try {
      serving?.replaceMaterial(listener, material);
    } catch (error) {
      log.error('a listener keeps its old certificate', { listener, error: messageOf(error) });
    }
  };
  const handle = async (message: ToLdapWorker) => {
    switch (message.kind) {
      case 'publish':
        versions.adopt(message.publication);
        pruneVersions();
        for (const snapshot of versions.excess()) serving?.giveUp(snapshot);
        return;
      case 'service-accounts':
        serviceAccounts.replaceMade(message.accounts.map(toMade));
        serving?.checkServiceAccounts();
        return;
      case 'material':
        replaceMaterial(message);
        return;
      case 'login-ends':
        for (const { id, answer } of message.ends) remote.answer(id, answer);
        return;
      case 'look-up-end':
        accounts.answer(message.id, message.answer);
        return;
      case 'collect':
        void collectGarbage();
        return;
      case 'stop':
        await serving?.stop();
        tellCounts();
        port.close();
    }
  };
  port.on('message', (message: ToLdapWorker) => void handle(message));

  if (data.publication !== undefined) versions.adopt(data.publication);
  try {
    serving = await serveLdap({
      listeners: data.listeners,
      isPortShared: data.isPortShared,
      baseDn: data.baseDn,
      vendorVersion: data.vendorVersion,
      ...(data.posix === undefined ? {} : { posix: data.posix }),
      // Each worker has its share of what all may hold.
      limits: { ...limits, pagedIds: Math.ceil(limits.pagedIds / data.places) },
      snapshot: () => versions.current,
      askLogin: remote.ask,
      askAccount: data.asksAccounts ? accounts.ask : undefined,
      admission: new ConnectionCounts(data.places, data.connections).createAdmission(data.place, limits),
      onBind: (code) => counts.addBind(code),
      onServiceRefusal: (refusal) => post({ kind: 'service-refusal', refusal }),
      onSearch: (code, entries, durationMs) => counts.addSearch(code, entries, durationMs),
      onSweep() {
        tellCounts();
        if (versions.count > 1) pruneVersions();
      },
      ...{ serviceAccounts, log },
    });
    post({ kind: 'listening', listeners: serving.listeners });
  } catch (error) {
    const code = error instanceof DomainError ? error.code : undefined;
    post({ kind: 'not-listening', code, message: messageOf(error) });
    port.close();
  }
}

function toMade({ key, ...account }: SentServiceAccount): MadeServiceAccount {
  return { ...account, key: new Secret(key) };
}
