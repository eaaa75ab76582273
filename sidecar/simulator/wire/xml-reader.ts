/** An element of a request. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** Text of a leaf, unaltered; empty for an element with children. */
  text: string;
}

/** Text that is no XML we accept. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const maxDepth = 16;
const maxElements = 5_000;
const maxAttributes = 16;

const namePattern = /[A-Za-z_:][\w:.-]*/y;
const attributePattern = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEndPattern = /\s*(\/?)>/y;
const closePattern = /\s*>/y;
const noAttributes: ReadonlyMap<string, string> = new Map();
// XML 1.0 §2.2, the complement of Char.
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Reads one XML document into a tree: elements, attributes, text, CDATA, references to characters and to the five
 * predefined entities. No DOCTYPE, so no other entities (XML 1.0 §4). Text between elements must be white space.
 * Bounded in depth and number; the caller bounds the size. Throws {@link XmlError}.
 */
export function parseXml(source: string): XmlElement {
  if (notXml.test(source)) throw new XmlError('holds a character that XML does not allow');
  // XML 1.0 §2.11.
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let at = 0;

  while (at < text.length) {
    if (text[at] !== '<') {
      const next = text.indexOf('<', at);
      const end = next < 0 ? text.length : next;
      appendText(open.at(-1), text.slice(at, end));
      at = end;
    } else if (text.startsWith('</', at)) {
      const [name, end] = readName(text, at + 2);
      const element = open.pop();
      if (element?.name !== name) throw new XmlError(`</${name}> closes nothing that is open`);
      closePattern.lastIndex = end;
      if (!closePattern.test(text)) throw new XmlError(`</${name}> is not finished`);
      at = closePattern.lastIndex;
      finish(element);
    } else if (text.startsWith('<!--', at)) {
      at = skipTo(text, '-->', at + 4);
    } else if (text.startsWith('<?', at)) {
      at = skipTo(text, '?>', at + 2);
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = skipTo(text, ']]>', at + 9);
      const inside = open.at(-1);
      if (inside === undefined) throw new XmlError('CDATA outside of the root element');
      inside.text += text.slice(at + 9, end - 3);
      at = end;
    } else if (text.startsWith('<!', at)) {
      throw new XmlError('DOCTYPE is not accepted');
    } else {
      if (++elements > maxElements) throw new XmlError(`has more than ${maxElements} elements`);
      if (root !== undefined && open.length === 0) throw new XmlError('has more than one root element');
      const [name, nameEnd] = readName(text, at + 1);
      const [attributes, attributesEnd] = readAttributes(text, nameEnd);
      tagEndPattern.lastIndex = attributesEnd;
      const tagEnd = tagEndPattern.exec(text);
      if (tagEnd === null) throw new XmlError(`<${name}> is not finished`);
      at = tagEndPattern.lastIndex;
      const element: XmlElement = { name, attributes, children: [], text: '' };
      open.at(-1)?.children.push(element);
      root ??= element;
      if (tagEnd[1] === '' && open.push(element) > maxDepth) throw new XmlError(`is nested deeper than ${maxDepth}`);
    }
  }
  if (root === undefined) throw new XmlError('has no element');
  if (open.length > 0) throw new XmlError(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

function appendText(inside: XmlElement | undefined, raw: string): void {
  if (inside !== undefined) inside.text += decode(raw);
  else if (/\S/.test(raw)) throw new XmlError('text outside of the root element');
}

function finish(element: XmlElement): void {
  if (element.children.length === 0) return;
  if (/[^ \t\n]/.test(element.text)) throw new XmlError(`<${element.name}> mixes text and elements`);
  element.text = '';
}

function readName(text: string, at: number): [name: string, end: number] {
  namePattern.lastIndex = at;
  const name = namePattern.exec(text)?.[0];
  if (name === undefined) throw new XmlError(`no name of an element at character ${at}`);
  return [name, namePattern.lastIndex];
}

function readAttributes(text: string, at: number): [attributes: ReadonlyMap<string, string>, end: number] {
  let attributes: Map<string, string> | undefined;
  let end = at;
  while (true) {
    attributePattern.lastIndex = end;
    const found = attributePattern.exec(text);
    if (found === null) return [attributes ?? noAttributes, end];
    end = attributePattern.lastIndex;
    attributes ??= new Map();
    const name = found[1] ?? '';
    if (attributes.has(name)) throw new XmlError(`attribute ${name} is there twice`);
    if (attributes.size >= maxAttributes) throw new XmlError(`has more than ${maxAttributes} attributes`);
    attributes.set(name, decode(found[2] ?? found[3] ?? ''));
  }
}

function skipTo(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  if (at < 0) throw new XmlError(`"${end}" is missing`);
  return at + end.length;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&([^;&]{0,10};?)/g, (_, reference: string) => {
    const name = reference.endsWith(';') ? reference.slice(0, -1) : '';
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    if (numeric === null) {
      const character = Object.hasOwn(entities, name) ? entities[name] : undefined;
      if (character === undefined) throw new XmlError(`&${reference} is no known reference`);
      return character;
    }
    const code = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
    if (notXml.test(character)) throw new XmlError(`&${reference} is no character of XML`);
    return character;
  });
}
