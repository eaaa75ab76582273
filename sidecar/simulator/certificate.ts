import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  booleanTrue,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  tlv,
  unsignedInteger,
  utf8String,
} from './der.ts';

const oneHourMs = 3_600_000;
const tenYearsMs = 3650 * 24 * oneHourMs;

/**
 * Makes a key (EC P-256) and a self-signed certificate for `localhost`, 127.0.0.1 and ::1 (RFC 5280), valid for ten
 * years from one hour ago. Both as PEM. A client trusts it by taking it as its authority.
 */
export function createCertificate(now: Date): { readonly certificatePem: string; readonly keyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const name = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String('IceWarp simulator'))));
  const body = sequence(
    tlv(0xa0, unsignedInteger(Buffer.from([2]))),
    unsignedInteger(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - oneHourMs)), time(new Date(now.getTime() + tenYearsMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions())),
  );
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  return {
    certificatePem: toPem(sequence(body, ecdsaWithSha256, bitString(signature))),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(): Buffer[] {
  const basicConstraints = sequence(booleanTrue);
  // RFC 5280 §4.2.1.3: digitalSignature (bit 0) and keyCertSign (bit 5).
  const keyUsage = bitString(Buffer.from([0x84]), 2);
  const serverAuth = sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'));
  const names = sequence(
    tlv(0x82, Buffer.from('localhost')),
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
    tlv(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
  );
  return [
    sequence(objectIdentifier('2.5.29.19'), booleanTrue, octetString(basicConstraints)),
    sequence(objectIdentifier('2.5.29.15'), booleanTrue, octetString(keyUsage)),
    sequence(objectIdentifier('2.5.29.37'), octetString(serverAuth)),
    sequence(objectIdentifier('2.5.29.17'), octetString(names)),
  ];
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
