const maxLength = 2000;
/** RFC 8252 §7.3 names the addresses, not `localhost`; tools use both. */
const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Why a text cannot be a URI that a browser is sent back to, or undefined when it can (RFC 6749 §3.1.2, RFC 9700 §2.1): absolute, without
 * fragment, user or `*`; https, or http on this machine's loopback, or a scheme of an app's own with a dot in it (RFC 8252 §7.1).
 */
export function faultOfRedirectUri(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '') return 'is no text';
  if (text.length > maxLength) return `is longer than ${maxLength} characters`;
  const url = URL.parse(text);
  if (url === null) return 'is no absolute URL; write one such as https://wiki.example.com/callback';
  if (text.includes('#')) return 'has a # in it, which browsers keep to themselves';
  if (text.includes('*')) return 'has a * in it: URIs are compared as they are, write each one';
  if (url.username !== '' || url.password !== '') return 'has a user in it';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') {
    return loopbackHosts.has(url.hostname)
      ? undefined
      : 'is http: what is sent there can be read on the way; write https';
  }
  return url.protocol.includes('.')
    ? undefined
    : `has the scheme ${url.protocol.slice(0, -1)}; write https, or a scheme of the app's own with a dot, such as com.example.app`;
}

/** The same for a URI that the server itself calls: https, or http on loopback. */
export function faultOfServerUri(text: unknown): string | undefined {
  const fault = faultOfRedirectUri(text);
  if (fault !== undefined || /^https?:/i.test(text as string)) return fault;
  return 'is no web address; write https';
}
