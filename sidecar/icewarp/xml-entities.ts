const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Decodes the references of XML text, each exactly once, in the shape that fast-xml-parser asks for. Its own decoder
 * leaves `&#38;` as it stands unless HTML's names are on, drops what it does not like and passes unknown names through;
 * here anything but the five names of XML 1.0 §4.6 and a number is an error, and so is a document type (entities of
 * its own are how a small reply grows without bound).
 */
export const xmlEntities = {
  decode(text: string): string {
    return text.includes('&') ? text.replace(/&([^;&]{0,32});?/g, decodeReference) : text;
  },
  addInputEntities(): void {
    throw new Error('a document type is not allowed in a reply');
  },
  setExternalEntities(): void {},
  setXmlVersion(): void {},
  reset(): void {},
};

function decodeReference(reference: string, body: string): string {
  const known = Object.hasOwn(named, body) ? named[body] : undefined;
  const text = reference.endsWith(';') ? (known ?? decodeNumber(body)) : undefined;
  if (text === undefined) throw new Error(`${reference.slice(0, 20)} is no reference of XML`);
  return text;
}

function decodeNumber(body: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(body);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  // Control characters stricter than XML 1.0 are let through: one in a comment must not stop every account from
  // being read. NUL and halves of a pair are no text in any later store.
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}
