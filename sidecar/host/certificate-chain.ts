import { type KeyObject, X509Certificate } from 'node:crypto';

const maxCertificates = 20;

/**
 * What is wrong with the certificates of a PEM text, as a server sends them: its own first, then each one's issuer (RFC 5246 §7.4.2).
 * Undefined when they are in order. Throws for text that holds none, or one that is broken.
 */
export function findChainFault(pem: string, key: KeyObject): string | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length !== pem.split('-----BEGIN CERTIFICATE-----').length - 1)
    return 'one of its certificates is cut short';
  if (blocks.length > maxCertificates) return `it holds more than ${maxCertificates} certificates`;
  const chain = blocks.map((block) => new X509Certificate(block));
  const own = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (own > 0)
    return `its certificates are in the wrong order: number ${own + 1} is the server's own and must be the first`;
  const wrong = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && !certificate.checkIssued(issuer);
  });
  if (wrong < 0) return undefined;
  return `its certificates are in the wrong order: number ${wrong + 2} is not the issuer of number ${wrong + 1}; write the server's own, then each one's issuer`;
}
