import fc, { type Arbitrary } from 'fast-check';

/** Texts that have been got wrong somewhere: empty, markup, padding, both directions, other normal forms, very long. */
const awkward = [
  '',
  ' ',
  '  both ends  ',
  "O'Neill",
  'Grace, Countess of <Lovelace> & "Co"',
  '=1+1',
  '\\2c+*)(uid=*',
  'true',
  '0042',
  'ليلى حداد',
  'שרה כהן',
  '\u202eright to left\u202c',
  'Zoë',
  'Zoe\u0308',
  'İstanbul ISTANBUL ıstanbul',
  'straße STRASSE',
  'ﬁ ﬂ',
  '王小明',
  '👩‍👩‍👧 🌻',
  'zero\u200bwidth',
  'tab\tand\nline',
  'x'.repeat(1_000),
  'ü'.repeat(500),
] as const;

// XML 1.0 §2.2: what cannot be sent at all is no value that a server could have.
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Any text that XML can carry, often an awkward one. Few enough that two accounts come to have the same. */
export const arbitraryText: Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...awkward) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !notInXml.test(text)) },
  { weight: 1, arbitrary: fc.constantFrom('Ann', 'Bob', 'Ann Archer') },
);

const locals = [
  'ann',
  'bob',
  'ANN.Archer',
  "o'neill",
  'böb',
  'bo\u0308b',
  'ليلى',
  'a+b=c',
  'x/y%z',
  '#1',
  'a,b;c',
  '*',
  '\\',
];

/** A local part. Two that differ in case or normal form only are among them. */
export const arbitraryLocalPart: Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...locals) },
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9._-]{0,11}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{100,200}$/, { size: 'max' }) },
);

/** Names of domains: mixed case, internationalised in both spellings, service-like. No two of the fixed ones are the same. */
export const arbitraryDomainName: Arbitrary<string> = fc.oneof(
  fc.constantFrom('example.com', 'Example.ORG', 'bücher.example', 'xn--mller-kva.example', 'a.b.c.d.test', 'localhost'),
  fc.stringMatching(/^[a-z]{1,8}\.(test|example)$/),
);

/** `yyyy/mm/dd`, or nothing. */
export const arbitraryDay: Arbitrary<string> = fc.oneof(
  fc.constant(''),
  fc
    .date({ min: new Date('2001-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10).replaceAll('-', '/')),
);
