import fc, { type Arbitrary } from 'fast-check';
import { bool, int, text, tlv } from '../../facade/ldap/support/ber.ts';
import { arbitraryLdapCase } from './ldap-arbitraries.ts';
import { encodeSearchCase } from './ldap-cases.ts';
import type { Vocabulary } from './ldap-vocabulary.ts';

/** An LDAPMessage without its id: the operation and the controls behind it. */
export type MessageBody = Buffer;

const oids = [
  '1.2.840.113556.1.4.319',
  '1.2.840.113556.1.4.473',
  '2.16.840.1.113730.3.4.2',
  '1.3.6.1.1.12',
  '1.3.6.1.1.22',
  '1.3.6.1.1.13.1',
  '1.2.3.4',
  'no oid',
];
const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
const shortText = fc.oneof(
  fc.constantFrom('', 'cn', 'mail', 'o=icewarp', 'cn=subschema', '*', '+', '1.1'),
  fc.string(),
);

/** Values of the controls we know, and anything else. */
const controlValue = fc.oneof(
  bytes,
  fc.tuple(fc.integer({ min: 0, max: 2 ** 31 }), bytes).map(([size, cookie]) => tlv(0x30, int(size), text(cookie))),
  fc
    .array(fc.tuple(shortText, fc.boolean()), { maxLength: 4 })
    .map((keys) =>
      tlv(
        0x30,
        ...keys.map(([name, reverse]) =>
          tlv(0x30, text(name), reverse ? Buffer.from([0x81, 1, 255]) : Buffer.alloc(0)),
        ),
      ),
    ),
  shortText.map((name) => text(name, 0x87)),
);
const control = fc
  .tuple(fc.constantFrom(...oids), fc.boolean(), fc.option(controlValue))
  .map(([oid, critical, value]) =>
    tlv(0x30, text(oid), ...(critical ? [bool(true)] : []), ...(value === null ? [] : [text(value)])),
  );
const controls = fc.oneof(
  { weight: 6, arbitrary: fc.constant(Buffer.alloc(0)) },
  { weight: 1, arbitrary: fc.array(control, { maxLength: 3 }).map((each) => tlv(0xa0, ...each)) },
);

/** Any tree of BER elements: framed rightly, senseless within. */
const anyElement: Arbitrary<Buffer> = fc.letrec<{ element: Buffer }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(fc.constantFrom(0x01, 0x02, 0x04, 0x05, 0x0a, 0x80, 0x87), bytes).map(([tag, body]) => tlv(tag, body)),
    fc
      .tuple(
        fc.constantFrom(0x30, 0x31, 0x60, 0x63, 0x66, 0x6e, 0x77, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa9),
        fc.array(tie('element'), { maxLength: 5 }),
      )
      .map(([tag, parts]) => tlv(tag, ...parts)),
  ),
})).element;

/** Messages that are framed rightly and no requests. */
export const arbitraryNonsense: Arbitrary<MessageBody> = anyElement;

/** Requests of every kind, most of them right; an operation may be refused, the connection has to go on. */
export function arbitraryMessage(words: Vocabulary): Arbitrary<MessageBody> {
  const asked = arbitraryLdapCase(words).map((each) => {
    if (each.kind === 'compare') return tlv(0x6e, text(each.dn), tlv(0x30, text(each.attribute), text(each.value)));
    // Whole trees would make it a test of the network.
    return encodeSearchCase({ ...each, sizeLimit: each.sizeLimit === 0 ? 2 : Math.min(each.sizeLimit, 10) });
  });
  const anonymous = tlv(0x60, int(3), text(''), text('', 0x80));
  const bind = fc.oneof(
    fc.constant(anonymous),
    fc.constant(tlv(0x60, int(3), text('cn=bench'), text('bench-password', 0x80))),
    fc.integer({ min: 0, max: 200 }).map((version) => tlv(0x60, int(version), text(''), text('', 0x80))),
    shortText.map((mechanism) => tlv(0x60, int(3), text(''), tlv(0xa3, text(mechanism)))),
    shortText.map((name) => tlv(0x60, int(3), text(name), text('', 0x80))),
  );
  const attribute = fc.tuple(shortText, bytes).map(([name, value]) => tlv(0x30, text(name), tlv(0x31, text(value))));
  const write = fc
    .tuple(fc.constantFrom(...words.dns), fc.array(attribute, { maxLength: 3 }))
    .chain(([dn, attributes]) =>
      fc.constantFrom(
        tlv(0x68, text(dn), tlv(0x30, ...attributes)),
        tlv(0x66, text(dn), tlv(0x30, ...attributes.map((each) => tlv(0x30, int(2, 0x0a), each)))),
        text(dn, 0x4a),
        tlv(0x6c, text(dn), text('cn=other'), bool(true)),
      ),
    );
  const extended = fc
    .tuple(
      fc.constantFrom('1.3.6.1.4.1.4203.1.11.3', '1.3.6.1.4.1.4203.1.11.1', '1.3.6.1.4.1.1466.20037', ...oids),
      fc.option(bytes),
    )
    .map(([oid, value]) => tlv(0x77, text(oid, 0x80), ...(value === null ? [] : [text(value, 0x81)])));
  const abandon = fc.nat(300).map((id) => int(id, 0x50));
  const operation = fc.oneof(
    { weight: 240, arbitrary: asked },
    { weight: 1, arbitrary: bind },
    { weight: 20, arbitrary: write },
    { weight: 20, arbitrary: extended },
    { weight: 20, arbitrary: abandon },
  );
  return fc.tuple(operation, controls).map((parts) => Buffer.concat(parts));
}
