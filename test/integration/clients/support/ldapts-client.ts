import { readFileSync } from 'node:fs';
import { Client } from 'ldapts';
import type { ClientWorld } from './client-world.ts';

/**
 * A connection by ldapts to a listener while `use` runs. It trusts the world's authority; by `starttls` (the listener's name) TLS is
 * begun first.
 */
export async function withLdapts<T>(
  world: ClientWorld,
  listener: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const trust = { ca: readFileSync(world.certificates.caFile), servername: 'localhost' };
  const url = world.url(listener);
  const tlsOptions = url.startsWith('ldaps:') && { tlsOptions: trust };
  const client = new Client({ url, timeout: 10_000, connectTimeout: 10_000, ...tlsOptions });
  try {
    if (listener === 'starttls') await client.startTLS(trust);
    return await use(client);
  } finally {
    await client.unbind();
  }
}
