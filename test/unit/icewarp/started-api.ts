import { after } from 'node:test';
import type { CallRecord, IcewarpConnection } from '../../../sidecar/icewarp/connection.ts';
import { type ApiLimits, createHttpApi } from '../../../sidecar/icewarp/http-api.ts';
import { connectionTo } from './fixtures.ts';
import { type Answer, type Script, startServer } from './scripted-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** A server with that script and an API on it, closed when the test file ends. */
export async function startApi(script: Script, over: Partial<IcewarpConnection> = {}, limits: Partial<ApiLimits> = {}) {
  const server = await startServer(script);
  const calls: CallRecord[] = [];
  const api = createHttpApi(connectionTo(server.url, { onCall: (call) => calls.push(call), ...over }), {
    concurrency: 8,
    ...limits,
  });
  cleanUps.push(async () => {
    await api.close();
    await server.close();
  });
  return { server, api, calls };
}

/** An HTTP reply of that status, type and body. */
export const page = (status: number, type: string, body: string): Answer => {
  return (response) => response.writeHead(status, { 'content-type': type }).end(body);
};
