import fc, { type Arbitrary } from 'fast-check';

/** Other ways of writing the same: what a server must take for equal. */

/** The text in a random case, letter by letter; only ASCII letters, for there every server agrees what the other case is. */
export function arbitraryCase(value: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constant(value.replace(/[a-z]/g, (letter) => letter.toUpperCase())) },
    {
      weight: 1,
      arbitrary: fc.bigInt({ min: 0n, max: (1n << BigInt(value.length)) - 1n }).map((bits) =>
        Array.from({ length: value.length }, (_, at) => {
          const unit = value.charAt(at);
          return (bits >> BigInt(at)) & 1n ? swapCase(unit) : unit;
        }).join(''),
      ),
    },
  );
}

/** Insignificant spaces (RFC 4518 §2.6.1): around the text, and doubled where there is one. */
export function arbitrarySpacing(value: string): Arbitrary<string> {
  const spaces = fc.nat(2).map((count) => ' '.repeat(count));
  const spaced = fc.tuple(spaces, spaces, spaces).map(([before, inside, after]) => {
    return `${before}${value.replaceAll(' ', ` ${inside}`)}${after}`;
  });
  return fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: spaced });
}

/** Names, aliases and OIDs of the types in our DNs. */
const typeSpellings: Readonly<Record<string, readonly string[]>> = {
  uid: ['uid', 'UID', 'userid', '0.9.2342.19200300.100.1.1'],
  cn: ['cn', 'CN', 'commonName', '2.5.4.3'],
  ou: ['ou', 'Ou', 'organizationalUnitName', '2.5.4.11'],
  o: ['o', 'O', 'organizationName', '2.5.4.10'],
};

/** The same DN, its types, spaces, case and escapes as chance will have it (RFC 4514 §2 and §3, spaces as RFC 2253 §4 allows). */
export function arbitraryDnSpelling(dn: string): Arbitrary<string> {
  const parts = dn.split(/(?<!\\),/).map((part) => {
    const at = part.indexOf('=');
    return { type: part.slice(0, at), value: part.slice(at + 1) };
  });
  const space = fc.constantFrom('', '', '', ' ', '  ');
  const rdn = ({ type, value }: { type: string; value: string }) =>
    fc
      .tuple(
        fc.constantFrom(...(typeSpellings[type] ?? [type])),
        fc.tuple(space, space, space, space),
        arbitraryCase(value).chain(arbitraryEscapes),
      )
      .map(([name, [a, b, c, d], text]) => `${a}${name}${b}=${c}${text}${d}`);
  const spelled = fc.tuple(...parts.map(rdn)).map((rdns) => rdns.join(','));
  return fc.oneof({ weight: 2, arbitrary: fc.constant(dn) }, { weight: 3, arbitrary: spelled });
}

/** One letter or digit written as a pair of hex digits, which RFC 4514 §2.4 allows for every character. */
function arbitraryEscapes(value: string): Arbitrary<string> {
  const plain = [...value.matchAll(/[a-z@.-]/gi)].map(({ index }) => index);
  if (plain.length === 0 || value.includes('\\')) return fc.constant(value);
  const escaped = fc.constantFrom(...plain).map((at) => {
    const hex = Buffer.from(value.charAt(at)).toString('hex');
    return `${value.slice(0, at)}\\${hex}${value.slice(at + 1)}`;
  });
  return fc.oneof({ weight: 2, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: escaped });
}

function swapCase(letter: string): string {
  if (!/^[a-z]$/i.test(letter)) return letter;
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}
