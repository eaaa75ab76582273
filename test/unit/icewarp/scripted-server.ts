import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What one request asked for, as the server saw it on the wire. */
export interface Asked {
  readonly command: string;
  readonly body: string;
  readonly sid: string | undefined;
  /** Text of the first element of that name, still escaped. */
  param(name: string): string | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** A reply's body, or a function that writes whatever it likes to the socket. */
export type Answer = string | ((response: ServerResponse, request: IncomingMessage) => void);
export type Script = (asked: Asked) => Answer | undefined;

export interface ScriptedServer {
  readonly url: string;
  readonly asked: Asked[];
  commands(): string[];
  close(): Promise<void>;
}

/** Answers by the script; a command it says nothing about is answered as IceWarp answers an unknown one. */
export async function startServer(
  script: Script,
  tls?: { readonly cert: string; readonly key: string },
): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = toAsked(Buffer.concat(chunks).toString('utf8'), request);
      asked.push(one);
      const answer = script(one) ?? failure('invoker_commandname_invalid');
      if (typeof answer === 'function') return answer(response, request);
      response.writeHead(200, { 'content-type': 'application/xml' });
      return response.end(answer);
    });
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A test that fails before it closes its server must not keep the whole run waiting.
  server.unref();
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    commands: () => asked.map((one) => one.command),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toAsked(body: string, request: IncomingMessage): Asked {
  const param = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return {
    command: param('commandname') ?? '',
    body,
    sid: /^<iq sid="([^"]*)"/.exec(body)?.[1],
    param,
    headers: request.headers,
  };
}

export function result(inner: string, sid = 'S1'): string {
  return `<iq type="result" sid="${sid}"><query xmlns="admin:iq:rpc"><result>${inner}</result></query></iq>`;
}

export function failure(uid: string): string {
  return `<iq type="error"><query><error uid="${uid}"/></query></iq>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A list as on the wire: rows, then offset and overallcount. */
export function list(rows: readonly string[], offset = 0, overall = rows.length): string {
  const items = rows.map((row) => `<item>${row}</item>`).join('\n  ');
  return result(`${items}<offset>${offset}</offset><overallcount>${overall}</overallcount>`);
}

export type WireValue = string | readonly string[] | { readonly raw: string };

/** Properties as on the wire: a text, a list of texts, or a raw `propertyval` with its right. */
export function properties(values: Readonly<Record<string, WireValue>>, right = 2): string {
  const items = Object.entries(values).map(([name, value]) => {
    const propertyval =
      typeof value === 'string'
        ? `<propertyval><classname>TPropertyString</classname><val>${escapeXml(value)}</val></propertyval>`
        : 'raw' in value
          ? value.raw
          : `<propertyval><classname>TPropertyStringList</classname><val>${value
              .map((item) => `<item>${escapeXml(item)}</item>`)
              .join('')}</val></propertyval>`;
    const last = propertyval.includes('<propertyright>') ? '' : `<propertyright>${right}</propertyright>`;
    return `<item><apiproperty><propname>${name}</propname></apiproperty>${propertyval}${last}</item>`;
  });
  return result(items.join('\n'));
}

/** A value that the session may not read. */
export const unreadable: WireValue = {
  raw: '<propertyval><classname>TPropertyNoValue</classname></propertyval><propertyright>0</propertyright>',
};
