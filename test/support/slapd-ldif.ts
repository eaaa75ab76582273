/** An entry as a directory serves it: attributes by name, values as octets in UTF-8. */
export interface ServedEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

/** What slapd makes by itself, and what it does not know. */
const leftOut = new Set(['entrydn', 'subschemasubentry', 'hassubordinates', 'numsubordinates']);

/** Entries as LDIF (RFC 2849), every value in base64, without the attributes that slapd makes by itself. */
export function toLdif(entries: Iterable<ServedEntry>): string {
  const lines: string[] = [];
  for (const { dn, attributes } of entries) {
    lines.push(`dn:: ${Buffer.from(dn).toString('base64')}`);
    for (const [name, values] of attributes) {
      if (leftOut.has(name.toLowerCase())) continue;
      for (const value of values) lines.push(`${name}:: ${value.toString('base64')}`);
    }
    lines.push('');
  }
  return `${lines.join('\n')}\n`;
}
