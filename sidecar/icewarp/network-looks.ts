import { isIP } from 'node:net';
import { DomainError } from '../core/errors.ts';
import { type IcewarpConnection, readCaFile } from './connection.ts';
import type { Finding, Look } from './diagnosis.ts';
import { describeFailure, explainCode } from './failure-words.ts';
import { printable } from './http-api.ts';
import { checkReach, checkTls, type TlsFacts, toEndpoint } from './network-check.ts';

/** A certificate that ends sooner is worth a warning: renewing one takes some people a while. */
const soonDays = 21;
const dayMs = 86_400_000;
const longestConnectMs = 10_000;

/** Looks at the network: whether the server can be reached, and what TLS it speaks. */
export function networkLooks(connection: IcewarpConnection, url: URL, now: () => Date): readonly Look[] {
  const endpoint = toEndpoint(url);
  const where = `${url.hostname}:${endpoint.port}`;
  const timeoutMs = Math.min(connection.timeoutMs, longestConnectMs);
  return [
    {
      name: 'reach',
      remedy: 'check host and port in icewarp.url, that the web service of IceWarp runs, and firewalls between',
      async run(signal) {
        const address = await naming(where, () => checkReach(endpoint, timeoutMs, signal));
        return { detail: `${where} answers${address === endpoint.host ? '' : ` at ${address}`}` };
      },
    },
    {
      name: 'tls',
      remedy: 'renew the certificate on the server, or name the one to trust in icewarp.caFile',
      async run(signal) {
        if (url.protocol === 'http:') return withoutTls(endpoint.host);
        const ca = connection.caFile === undefined ? undefined : readCaFile(connection.caFile);
        const facts = await naming(where, () => checkTls(endpoint, ca, timeoutMs, signal));
        return judge(facts, connection.acceptAnyCertificate, now());
      },
    },
  ];
}

function withoutTls(host: string): Finding {
  const detail = 'icewarp.url begins with http://, so there is no TLS';
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')))
    return { status: 'skipped', detail };
  const remedy = 'use https:// in icewarp.url: passwords and everything read cross the network in clear text';
  return { status: 'warning', detail, remedy };
}

function judge(facts: TlsFacts, acceptAny: boolean, now: Date): Finding {
  const leftMs = facts.validUntil === undefined ? undefined : facts.validUntil.getTime() - now.getTime();
  const validity = leftMs === undefined ? '' : describeValidity(leftMs);
  const names = `certificate for ${printable(facts.subject)} by ${printable(facts.issuer)}${validity}`;
  const detail = `${facts.protocol}, ${names}`;
  if (facts.distrust !== undefined) {
    const why = explainCode(facts.distrust);
    if (!acceptAny) throw new DomainError('upstream_unavailable', `${detail}; it is not trusted: ${why}`);
    const remedy = 'name the certificate in icewarp.caFile and leave icewarp.acceptAnyCertificate off';
    return { status: 'warning', detail: `${detail}; it is not checked, or it would be refused: ${why}`, remedy };
  }
  if (acceptAny) {
    const remedy = 'leave icewarp.acceptAnyCertificate off: this certificate is trusted without it';
    return { status: 'warning', detail: `${detail}; it is not checked (icewarp.acceptAnyCertificate)`, remedy };
  }
  if (leftMs !== undefined && leftMs < soonDays * dayMs) {
    return { status: 'warning', detail, remedy: 'renew the certificate on the server before it ends' };
  }
  return { detail: `${detail}; checked` };
}

function describeValidity(leftMs: number): string {
  const days = Math.floor(Math.abs(leftMs) / dayMs);
  return leftMs < 0 ? `, which ended ${days} days ago` : `, valid for ${days} more days`;
}

async function naming<Result>(where: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw new DomainError('upstream_unavailable', `${where}: ${describeFailure(error)}`, { cause: error });
  }
}
