import { parseAddress, parseDomain } from '../names.ts';

/** Longest pattern accepted, in UTF-16 units; an address has at most as many. */
const maxPatternLength = 320;

/**
 * An address, or a pattern for addresses, in its one form: `*` stands for any run of characters on its side of
 * the `@`, which must be there (`legal-*@example.com`, `*@*.example.com`). An internationalised domain with a `*` in it
 * has to be written in its ASCII form. Returns undefined for what is neither.
 */
export function parseAddressPattern(text: string): string | undefined {
  if (!text.includes('*')) return parseAddress(text);
  const trimmed = text.trim();
  const parts = trimmed.split('@');
  const [local, domain] = parts;
  if (parts.length !== 2 || !local || !domain || trimmed.length > maxPatternLength) return undefined;
  const name = local.toLowerCase().normalize('NFC');
  if (/[\s\p{Cc}"(),:;<>[\\\]]/u.test(name)) return undefined;
  const host = parseDomainPattern(domain);
  return host === undefined ? undefined : `${name}@${host}`;
}

/** A domain, or a pattern for domains (`*.example.com`), in its one form. Returns undefined for what is neither. */
export function parseDomainPattern(text: string): string | undefined {
  if (!text.includes('*')) return parseDomain(text);
  const pattern = text.trim().toLowerCase();
  return pattern.length <= maxPatternLength && /^[a-z0-9.*_-]+$/.test(pattern) ? pattern : undefined;
}

/**
 * A pattern for free text in its one form: NFC and lower case, since case does not count. Returns undefined for an empty
 * one, one with control characters, or one that is too long.
 */
export function parseTextPattern(text: string): string | undefined {
  const pattern = toComparedText(text.trim());
  return pattern === '' || pattern.length > maxPatternLength || /\p{Cc}/u.test(pattern) ? undefined : pattern;
}

/** Free text as patterns in the form of {@link parseTextPattern} see it. */
export function toComparedText(text: string): string {
  return text.toLowerCase().normalize('NFC');
}

/** Whether a pattern has a `*` in it. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*');
}

/**
 * Turns a pattern in its one form into a test for values in theirs. Each piece between two `*` is looked for once, from left to
 * right, where the last one ended: nothing is ever tried again, whatever the pattern.
 */
export function compileGlob(pattern: string): (value: string) => boolean {
  const pieces = pattern.split('*');
  const first = pieces.shift() ?? '';
  const last = pieces.pop();
  if (last === undefined) return (value) => value === pattern;
  const middle = pieces.filter((piece) => piece !== '');
  return (value) => {
    if (!value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let position = first.length;
    for (const piece of middle) {
      const at = value.indexOf(piece, position);
      if (at < 0) return false;
      position = at + piece.length;
    }
    return position <= end;
  };
}
