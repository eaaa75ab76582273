import { XMLParser } from 'fast-xml-parser';
import { xmlEntities } from './xml-entities.ts';

/**
 * What an element holds: its text, or its children by lower-case name. `item` is always a list, whatever its number;
 * white space between children is dropped, within a leaf nothing is. Nothing is turned into numbers or booleans.
 */
export type ReplyValue = string | ReplyRecord;
export interface ReplyRecord {
  readonly [name: string]: ReplyValue | readonly ReplyValue[];
}

/** The envelope of a reply. */
export type Envelope =
  | { readonly type: 'result'; readonly sid: string | undefined; readonly result: ReplyValue }
  | { readonly type: 'error'; readonly uid: string };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 20,
  jPath: false,
  entityDecoder: xmlEntities,
});

const attributesKey = ':@';
const textKey = '#text';

type RawNode = Readonly<Record<string, unknown>>;

/**
 * Reads the bytes of a reply (UTF-8, with or without a BOM). Throws `Error` with the reason in words when they are no
 * well-formed XML, and gives undefined for well-formed XML that is no envelope of the API (another root).
 */
export function parseEnvelope(bytes: Uint8Array): Envelope | undefined {
  const text = decodeText(bytes);
  // The second argument turns the check for well-formedness on: without it a cut reply parses as a shorter one.
  const roots: readonly RawNode[] = parser.parse(text, true);
  const elements = roots.filter((node) => nameOf(node) !== textKey);
  const root = elements[0];
  if (root === undefined || elements.length > 1 || nameOf(root) !== 'iq') return undefined;
  const attributes = (root[attributesKey] ?? {}) as Readonly<Record<string, string>>;
  const query = childOf(root, 'query');
  if (attributes.type === 'error') {
    const error = query === undefined ? undefined : childOf(query, 'error');
    const uid = ((error?.[attributesKey] ?? {}) as Readonly<Record<string, string>>).uid;
    return { type: 'error', uid: uid === undefined || uid === '' ? 'unknown' : uid };
  }
  if (attributes.type !== 'result') throw new Error('its type is neither "result" nor "error"');
  const result = query === undefined ? undefined : childOf(query, 'result');
  if (result === undefined) throw new Error('it holds no <result>');
  const sid = attributes.sid;
  return { type: 'result', sid: sid === '' ? undefined : sid, result: toReplyValue(result) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Error('it is not UTF-8');
  }
  if (text.includes('\0')) throw new Error('it holds a NUL character');
  return text;
}

function toReplyValue(node: RawNode): ReplyValue {
  const children = childrenOf(node);
  // Most elements are empty or hold one text.
  if (children.length === 0) return '';
  const [only] = children;
  if (children.length === 1 && only !== undefined && textKey in only) return String(only[textKey]);
  const record: Record<string, ReplyValue | ReplyValue[]> = Object.create(null);
  let text = '';
  let isLeaf = true;
  for (const child of children) {
    const name = nameOf(child);
    if (name === textKey) {
      text += String(child[textKey]);
      continue;
    }
    isLeaf = false;
    const value = toReplyValue(child);
    if (name === 'item') {
      const items = record.item;
      if (Array.isArray(items)) items.push(value);
      else record.item = [value];
    } else if (name in record) throw new Error(`it holds <${name}> twice in one place`);
    else record[name] = value;
  }
  if (isLeaf) return text;
  // XML white space only: U+00A0 would be content.
  if (/[^ \t\r\n]/.test(text)) throw new Error('it mixes text and elements');
  return record;
}

function childrenOf(node: RawNode): readonly RawNode[] {
  for (const key in node) {
    const value = key === attributesKey ? undefined : node[key];
    if (Array.isArray(value)) return value;
  }
  return [];
}

function childOf(node: RawNode, name: string): RawNode | undefined {
  return childrenOf(node).find((child) => nameOf(child) === name);
}

function nameOf(node: RawNode): string {
  for (const key in node) if (key !== attributesKey) return key === textKey ? key : key.toLowerCase();
  return textKey;
}
