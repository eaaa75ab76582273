import type { ServerResponse } from 'node:http';
import type { ServerClock } from '../clock.ts';
import { compactXml } from './xml-writer.ts';

const byteOrderMark = '\ufeff';

/** How replies are spelt. */
export interface ReplyStyle {
  /** They begin with a byte order mark. */
  readonly bom: boolean;
  /** No space between elements. */
  readonly compact: boolean;
}

/** Sends a whole reply. */
export function sendXml(response: ServerResponse, xml: string, { bom, compact }: ReplyStyle): void {
  const text = compact ? compactXml(xml) : xml;
  const body = Buffer.from(bom ? byteOrderMark + text : text);
  response.writeHead(200, { 'Content-Type': 'application/xml', 'Content-Length': body.length });
  response.end(body);
}

/** Sends what is left of a reply after a fault. */
export function sendBroken(response: ServerResponse, xml: string, kind: 'half' | 'invalid_xml'): void {
  if (kind === 'invalid_xml') {
    const body = xml.replace('</query>', '');
    response.writeHead(200, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
    return;
  }
  const body = Buffer.from(xml);
  response.writeHead(200, { 'Content-Type': 'application/xml', 'Content-Length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** Waits by the server's clock; resolves false at once when the client goes away (or the server stops) before the time is over. */
export function waitOrGone(response: ServerResponse, ms: number, clock: ServerClock): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve(false);
    const gone = () => {
      callOff();
      resolve(false);
    };
    const callOff = clock.wakeAfter(ms, () => {
      response.off('close', gone);
      resolve(true);
    });
    response.once('close', gone);
  });
}
