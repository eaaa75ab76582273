import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A load balancer that sends each request to the next server in turn. */
export interface Balancer {
  readonly url: string;
  use(ports: readonly number[]): void;
  /** Indexes of the servers asked so far, in order. */
  taken(): readonly number[];
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  let ports: readonly number[] = [];
  const taken: number[] = [];
  const server = createServer((incoming, outgoing) => {
    const index = taken.length % Math.max(ports.length, 1);
    taken.push(index);
    const { method, url, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: ports[index], method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    use(next) {
      ports = next;
    },
    taken: () => taken,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
