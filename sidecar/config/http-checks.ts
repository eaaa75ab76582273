import type { Faults } from './faults.ts';
import { isLoopback } from './loopback.ts';
import type { Place } from './raw.ts';
import type { Settings } from './settings.ts';

/** Reports `http.*` settings that do not fit one another; one that had a fault of its own is undefined here. */
export function checkHttp({ http }: Settings, origins: ReadonlyMap<string, Place>, faults: Faults): void {
  const files = ['http.tls.certFile', 'http.tls.keyFile'];
  const given = files.filter((key) => origins.get(key) !== 'default');
  if (given.length === 1)
    for (const key of files)
      if (!given.includes(key)) faults.add(key, undefined, `is missing beside ${given[0]}; set it`);
  if (http.publicUrl?.startsWith('http:') && http.tls.certFile !== undefined)
    faults.add(
      'http.publicUrl',
      origins.get('http.publicUrl'),
      'begins with http: while http.tls.certFile is set, and browsers would not get an answer there; write https:',
    );
}

/** What of `http.*` works but is worth a word. */
export function listHttpWarnings({ http }: Settings): readonly string[] {
  const { host, publicUrl, tls, trustProxy } = http;
  const url = publicUrl === undefined ? null : URL.parse(publicUrl);
  const warnings: string[] = [];
  if (url?.protocol === 'http:' && !isLoopback(url.hostname))
    warnings.push('http.publicUrl begins with http: passwords cross the network readable. Use https.');
  if (publicUrl === undefined && tls.certFile === undefined && !isLoopback(host))
    warnings.push(
      `http.host is ${host} and there is neither http.tls.certFile nor http.publicUrl: passwords typed there cross the network readable.`,
    );
  if (url?.protocol === 'https:' && tls.certFile === undefined && trustProxy.length === 0)
    warnings.push(
      'http.publicUrl begins with https: but http.trustProxy is empty: all browsers behind the reverse proxy count as one address. Name the proxy there.',
    );
  return warnings;
}
