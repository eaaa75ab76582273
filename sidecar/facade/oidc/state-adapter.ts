import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import type { ExpiringEntry, ExpiringStore } from '../../core/ports/expiring-store.ts';
import { failAsProvider } from './errors.ts';

/** Gives what oidc-provider knows of a client by its id; undefined = there is none. */
export type ClientLookup = (clientId: string) => AdapterPayload | undefined;

/**
 * Where oidc-provider keeps its state: in the expiring store, which all processes share. Clients come from elsewhere and device codes are
 * not offered. While the database does not answer, everything fails as `temporarily_unavailable`, never as absence.
 * (https://github.com/panva/node-oidc-provider/blob/main/example/my_adapter.js)
 */
export function createStateAdapter(store: ExpiringStore, findClient: ClientLookup): AdapterFactory {
  return (model) => (model === 'Client' ? createClientAdapter(findClient) : createModelAdapter(store, model));
}

/** What a grant takes with it. A sign-in names one as well, and goes on when that ends, as when somebody else signs in. */
const grantedModels: ReadonlySet<string> = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

function createModelAdapter(store: ExpiringStore, model: string): Adapter {
  return {
    upsert(id, payload, expiresInSeconds) {
      const expiresAt = expiresInSeconds === undefined ? undefined : new Date(Date.now() + expiresInSeconds * 1000);
      const { grantId, uid, accountId, clientId } = payload;
      const ownGrant = grantedModels.has(model) ? grantId : undefined;
      // A grant is removed as the others of its grant are.
      const keys = { grantId: model === 'Grant' ? id : ownGrant, uid, accountId, clientId };
      return failAsProvider(() => store.put(model, id, JSON.stringify(payload), expiresAt, keys));
    },
    find: (id) => failAsProvider(async () => toPayload(await store.find(model, id))),
    findByUid: (uid) => failAsProvider(async () => toPayload(await store.findByUid(model, uid))),
    findByUserCode: () => Promise.resolve(undefined),
    async consume(id) {
      // The library looks whether it was consumed and consumes it later: of two at once only the store can tell which was the first.
      const isFirst = await failAsProvider(() => store.consume(model, id));
      if (!isFirst) throw new errors.InvalidGrant(`${model} already consumed`);
    },
    destroy: (id) => failAsProvider(() => store.remove(model, id)),
    revokeByGrantId: (grantId) => failAsProvider(() => store.removeGrant(grantId)),
  };
}

function createClientAdapter(findClient: ClientLookup): Adapter {
  const refuse = () => Promise.reject(new TypeError('clients are not kept in the expiring store'));
  return {
    find: (id) => Promise.resolve(findClient(id)),
    findByUid: () => Promise.resolve(undefined),
    findByUserCode: () => Promise.resolve(undefined),
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  };
}

function toPayload(entry: ExpiringEntry | undefined): AdapterPayload | undefined {
  if (entry === undefined) return undefined;
  const payload = JSON.parse(entry.payload) as AdapterPayload;
  return entry.consumedAt === undefined
    ? payload
    : { ...payload, consumed: Math.floor(entry.consumedAt.getTime() / 1000) };
}
