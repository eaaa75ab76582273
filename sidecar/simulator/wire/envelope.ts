import type { CommandName } from './statistics.ts';
import type { XmlElement } from './xml-reader.ts';
import { attribute, element } from './xml-writer.ts';

const rpcNamespace = 'admin:iq:rpc';

/** An error reply: the original sends a uid and nothing else. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly uid: string;
  /** How long the answer is held back, in milliseconds. */
  readonly holdMs: number;

  constructor(uid: string, holdMs = 0) {
    super(uid);
    this.uid = uid;
    this.holdMs = holdMs;
  }
}

/** What a request says around its command. */
export interface Envelope {
  readonly id: string | undefined;
  readonly sid: string | undefined;
  /** Lower case. */
  readonly command: CommandName;
  readonly params: XmlElement | undefined;
}

/** The attributes of `<iq>` that a reply gives back. */
export interface ReplyHead {
  readonly id: string | undefined;
  readonly sid: string | undefined;
}

/** `id` and `sid` of whatever came, for the reply to a request that cannot be read further. */
export function toReplyHead(root: XmlElement): ReplyHead {
  return { id: root.attributes.get('id'), sid: root.attributes.get('sid') };
}

/**
 * Reads the envelope. `pathCommand` is the command name behind the path, if there is one: it may stand for the one in
 * the body, but not contradict it. Throws {@link ApiError}.
 */
export function parseEnvelope(root: XmlElement, pathCommand: string): Envelope {
  if (root.name !== 'iq') throw new ApiError('iq_root_tag_invalid');
  const query = child(root, 'query');
  if (query?.attributes.get('xmlns') !== rpcNamespace) throw new ApiError('iq_query_xmlns_invalid');
  const inBody = textOf(query, 'commandname').toLowerCase();
  const inPath = pathCommand.toLowerCase();
  const command = inBody === '' ? inPath : inBody;
  if (inPath !== '' && inPath !== command) throw new ApiError('invoker_commandname_invalid');
  return { ...toReplyHead(root), command, params: child(query, 'commandparams') };
}

/** A reply with a result. `content` is finished XML, or text without markup. */
export function writeResult(head: ReplyHead, content: string): string {
  const result =
    content.startsWith('<') || content === '' ? element('result', content) : `<result>${content}</result>\n`;
  return writeIq('result', head, result);
}

/** A reply with an error. */
export function writeError(head: ReplyHead, uid: string): string {
  return writeIq('error', head, `<error${attribute('uid', uid)}/>\n`);
}

function writeIq(type: 'result' | 'error', head: ReplyHead, content: string): string {
  const attributes = attribute('sid', head.sid) + attribute('id', head.id);
  return `<iq type="${type}"${attributes}>\n<query xmlns="${rpcNamespace}">\n${content}</query>\n</iq>`;
}

/** The first child of that name. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((each) => each.name === name);
}

/** The text of the first child of that name, unaltered; empty when there is none. */
export function textOf(parent: XmlElement | undefined, name: string): string {
  return child(parent, name)?.text ?? '';
}
