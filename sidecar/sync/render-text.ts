/** The first items as text, and how many more there are. */
export function shorten<Item>(
  items: readonly Item[],
  limit: number,
  rest: string,
  render: (item: Item) => string = String,
): readonly string[] {
  const shown = items.slice(0, limit).map(render);
  return items.length > limit ? [...shown, `and ${items.length - limit} ${rest}`] : shown;
}

/** `1 account`, `2 accounts`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A server's text in quotes, cut to a readable length. */
export function quote(text: string): string {
  return `"${printable(text.length > 80 ? `${text.slice(0, 80)}…` : text)}"`;
}

/** What a terminal could take for a command, or what turns the direction of text, is escaped. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
