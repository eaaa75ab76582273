/**
 * Writes the XML of replies as the original does: no declaration, a line break between elements, none inside leaves.
 * Every function gives finished text that ends with the line break.
 */

/** A leaf. Text is escaped; an empty one is written as `<name/>`. */
export function leaf(name: string, text: string | number): string {
  return text === '' ? `<${name}/>\n` : `<${name}>${escapeText(String(text))}</${name}>\n`;
}

/** An element around finished text. */
export function element(name: string, content: string): string {
  return content === '' ? `<${name}/>\n` : `<${name}>\n${content}</${name}>\n`;
}

/** An attribute with its leading space, or nothing when there is no value. */
export function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeAttribute(value)}"`;
}

/** The same reply without space between elements. */
export function compactXml(xml: string): string {
  return xml.replace(/>\n/g, (found, at: number) => (at + 2 === xml.length || xml[at + 2] === '<' ? '>' : found));
}

const special = /[&<>\r]/;
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // XML 1.0 §2.11 and §3.3.3: a reader would turn these into something else.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

function escapeText(text: string): string {
  // A lone line break would look like the space between elements.
  if (text === '\n') return '&#10;';
  return special.test(text) ? text.replace(/[&<>\r]/g, (character) => references[character] ?? character) : text;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (character) => references[character] ?? character);
}
