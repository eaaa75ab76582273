import { DomainError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { assertReadCommand, type ReadCommand } from './read-commands.ts';

/** Parameters of a command in order: element name and text, or nested parameters. A secret is revealed only here. */
export type Params = readonly Param[];
export type Param = readonly [name: string, value: string | Secret | Params];

// XML 1.0 §2.2 Char. Lone surrogates are code points of their own under the u flag, hence outside as well.
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Whether XML 1.0 can carry the text at all, escaped or not. */
export function isXmlText(text: string): boolean {
  return !notXml.test(text);
}

/**
 * The request envelope of one command; `sid` is left out for the commands without a session.
 * Throws `invalid_input` (naming the parameter, not its value) for text that XML 1.0 cannot carry.
 */
export function writeRequest(command: ReadCommand, params: Params, sid: string | undefined): string {
  assertReadCommand(command);
  const session = sid === undefined ? '' : ` sid="${escapeText(sid, command, 'sid')}"`;
  const inner = writeParams(params, command);
  return (
    `<iq${session}><query xmlns="admin:iq:rpc"><commandname>${command}</commandname>` +
    `<commandparams>${inner}</commandparams></query></iq>`
  );
}

function writeParams(params: Params, command: ReadCommand): string {
  return params
    .map(([name, value]) => {
      if (!/^[a-z]+$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no parameter of an IceWarp command`);
      const inner =
        typeof value === 'string'
          ? escapeText(value, command, name)
          : value instanceof Secret
            ? escapeText(value.reveal(), command, name)
            : writeParams(value, command);
      return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
    })
    .join('');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // XML 1.0 §2.11: a bare carriage return would reach the server as a line feed.
  '\r': '&#13;',
};

/** Printable ASCII without the characters of markup. */
const plain = /^[ !#-%'-;=?-~]*$/;

function escapeText(text: string, command: ReadCommand, name: string): string {
  if (plain.test(text)) return text;
  if (!isXmlText(text)) {
    const what = `the value of "${name}" for the IceWarp command ${command}`;
    throw new DomainError('invalid_input', `${what} holds a control character or another one that XML cannot carry`);
  }
  return text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);
}
