import type { z } from 'zod';
import type { Log } from '../core/ports/log.ts';
import { resultOf } from './api-errors.ts';
import type { OwnPlaces } from './own-directory.ts';
import { readAllPages } from './paging.ts';
import { type Properties, toProperties } from './properties.ts';
import type { ReadCommand } from './read-commands.ts';
import { type Page, readReply } from './replies.ts';
import type { Envelope, ReplyValue } from './reply-xml.ts';
import type { Params } from './request-xml.ts';
import type { Session } from './session.ts';

/** What the readers of domains, accounts and groups share. */
export interface Reader {
  readonly session: Session;
  readonly log: Log;
  now(): Date;
  readonly ownPlaces: OwnPlaces;
  /** Names of all domains with accounts. */
  domainNames(signal: AbortSignal | undefined): Promise<readonly string[]>;
}

/** The parameter that asks for some properties by name. */
export function propertyNames(element: string, names: readonly string[]): Params {
  return [[element, names.map((name) => ['item', [['propname', name]]] as const)]];
}

/** The properties out of a reply. */
export function toPropertiesOf(envelope: Envelope, command: ReadCommand, about: string): Properties {
  return toProperties(resultOf(envelope, command, about), command, about);
}

export interface ListQuery<Row> {
  readonly command: ReadCommand;
  readonly about: string;
  readonly params: Params;
  readonly schema: z.ZodType<Page<Row>>;
  keyOf(row: Row): string;
  /** Sees each envelope first, for error replies that mean something. */
  inspect?(envelope: Envelope): void;
}

/** All rows of a paged list within the session. */
export async function readList<Row>(
  reader: Reader,
  query: ListQuery<Row>,
  signal: AbortSignal | undefined,
): Promise<readonly Row[]> {
  const { command, about } = query;
  return await readAllPages<Row>({
    command,
    about,
    async fetchPage(offset, count) {
      const page: Params = [
        ['offset', String(offset)],
        ['count', String(count)],
      ];
      const envelope = await reader.session.call(command, [...query.params, ...page], { about, signal });
      query.inspect?.(envelope);
      return envelope;
    },
    readPage: (result: ReplyValue) => readReply(query.schema, result, command, about),
    keyOf: query.keyOf,
  });
}
