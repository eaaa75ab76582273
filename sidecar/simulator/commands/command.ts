import type { Account } from '../company/model.ts';
import type { ServerState } from '../server-state.ts';
import type { XmlElement } from '../wire/xml-reader.ts';

/** A call by nobody in particular. */
export interface OpenCall {
  readonly state: ServerState;
  readonly params: XmlElement | undefined;
  /** IP address of the client. */
  readonly source: string;
}

/** A call in a session. */
export interface SessionCall extends OpenCall {
  readonly sid: string;
  /** Who is logged in. */
  readonly caller: Account;
}

/** Content of `<result>`, the sid of a session that was opened, and how long it is held back in milliseconds. */
export interface CommandResult {
  readonly content: string;
  readonly sid?: string;
  readonly holdMs?: number;
}

/** A command by whom it is for: anybody, any session, administrators (of a domain at least). */
export type Command =
  | { readonly needs: 'nothing'; readonly run: (call: OpenCall) => CommandResult | Promise<CommandResult> }
  | { readonly needs: 'session' | 'administrator'; readonly run: (call: SessionCall) => CommandResult };
