/** Warnings kept of one plan: a server where every account has a fault needs no hundred thousand lines to say so. */
const keptWarnings = 1000;

/** Gathers warnings, and counts those beyond the first thousand. */
export interface Warnings {
  add(text: string): void;
  list(): readonly string[];
}

export function createWarnings(): Warnings {
  const kept: string[] = [];
  let hidden = 0;
  return {
    add(text) {
      if (kept.length < keptWarnings) kept.push(text);
      else hidden += 1;
    },
    list: () => (hidden === 0 ? kept : [...kept, `and ${hidden} more warnings`]),
  };
}

/** A server's text within a message: quoted, control characters escaped, cut to a readable length. */
export function quoteText(text: string): string {
  const cut = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return JSON.stringify(cut).replace(
    /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
