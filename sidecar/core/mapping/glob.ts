import { parseDomain, parseGroupName } from '../names.ts';

/** Longest pattern accepted, in UTF-16 units; an address has at most as many. */
const maxPatternLength = 320;

/**
 * A group's address, or a pattern for addresses, in its one form: `*` stands for any run of characters on its side of
 * the `@`, which must be there (`legal-*@example.com`, `*@*.example.com`). An internationalised domain with a `*` in it
 * has to be written in its ASCII form. Returns undefined for what is neither.
 */
export function parseGroupPattern(text: string): string | undefined {
  if (!text.includes('*')) return parseGroupName(text);
  const trimmed = text.trim();
  const parts = trimmed.split('@');
  const [local, domain] = parts;
  if (parts.length !== 2 || !local || !domain || trimmed.length > maxPatternLength) return undefined;
  const name = local.toLowerCase().normalize('NFC');
  if (/[\s\p{Cc}"(),:;<>[\\\]]/u.test(name)) return undefined;
  if (!domain.includes('*')) {
    const whole = parseDomain(domain);
    return whole === undefined ? undefined : `${name}@${whole}`;
  }
  const pattern = domain.toLowerCase();
  return /^[a-z0-9.*_-]+$/.test(pattern) ? `${name}@${pattern}` : undefined;
}

/** Whether a pattern in the form of {@link parseGroupPattern} names addresses by a `*`. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*');
}

/**
 * Turns a pattern into a test for canonical addresses. Each piece between two `*` is looked for once, from left to
 * right, where the last one ended: nothing is ever tried again, whatever the pattern.
 */
export function compileGlob(pattern: string): (address: string) => boolean {
  const pieces = pattern.split('*');
  const first = pieces.shift() ?? '';
  const last = pieces.pop();
  if (last === undefined) return (address) => address === pattern;
  const middle = pieces.filter((piece) => piece !== '');
  return (address) => {
    if (!address.startsWith(first) || !address.endsWith(last)) return false;
    const end = address.length - last.length;
    let position = first.length;
    for (const piece of middle) {
      const at = address.indexOf(piece, position);
      if (at < 0) return false;
      position = at + piece.length;
    }
    return position <= end;
  };
}
