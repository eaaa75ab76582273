/** Far more than any file of ours has, and few enough for the parser, whose time grows with depth beyond all use. */
const maxOpen = 500;

const openers = new Set(['[', '{']);
const closers = new Set([']', '}']);

/**
 * Where a YAML text is nested so deep that it is not worth parsing: brackets that stay open, or list dashes in a row (`- - -`).
 * Quotes are not looked at: so many open brackets in a text are no text either. Undefined: it is not.
 */
export function findDeepNesting(text: string): number | undefined {
  let open = 0;
  let dashes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (openers.has(character)) open += 1;
    else if (closers.has(character)) open = Math.max(0, open - 1);
    if (character === '-' || character === '?') dashes += 1;
    else if (character !== ' ') dashes = 0;
    if (open > maxOpen || dashes > maxOpen) return at;
  }
  return undefined;
}
