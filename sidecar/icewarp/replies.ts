import { z } from 'zod';
import { unexpectedReply } from './api-errors.ts';
import type { ReadCommand } from './read-commands.ts';
import type { ReplyValue } from './reply-xml.ts';

const text = z.string();
const whole = z
  .string()
  .regex(/^-?[0-9]{1,9}$/, 'expected a whole number')
  .transform(Number);

/** Where a structure is expected, an empty element stands for none. */
const emptyAsMissing = (value: unknown): unknown =>
  typeof value === 'string' && /^[ \t\r\n]*$/.test(value) ? undefined : value;
const emptyAsRecord = (value: unknown): unknown => emptyAsMissing(value) ?? {};

const count = z.preprocess(
  emptyAsMissing,
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'expected a number of rows')
    .transform(Number)
    .optional(),
);

function pageOf<Row extends z.ZodType>(row: Row) {
  const page = z.object({ item: z.array(row).default([]), offset: count, overallcount: count });
  return z.preprocess(emptyAsRecord, page);
}

/** One page of a list: rows and what the server says about the whole. */
export interface Page<Row> {
  readonly item: readonly Row[];
  readonly offset?: number | undefined;
  readonly overallcount?: number | undefined;
}

const domainRow = z.object({ name: text.min(1), desc: text.default(''), domaintype: whole });
export type DomainRow = z.infer<typeof domainRow>;
export const domainPage = pageOf(domainRow);

const accountRow = z.object({
  name: text.default(''),
  email: text.min(1),
  accounttype: whole,
  // Old builds leave it out; and one odd value must not cost the whole list, for the account's properties decide.
  accountstate: z.preprocess(emptyAsMissing, z.object({ state: whole }).optional()).catch(undefined),
});
export type AccountRow = z.infer<typeof accountRow>;
export const accountPage = pageOf(accountRow);

const memberRow = z.object({ val: text });
export type MemberRow = z.infer<typeof memberRow>;
export const memberPage = pageOf(memberRow);

export const sessionInfo = z.object({
  email: text.default(''),
  admintype: z.preprocess(emptyAsMissing, whole.optional()),
});

export const authToken = z.object({ email: text.min(1), authtoken: text.min(1) });

/** The result as the schema has it. Rejects with `upstream_unavailable`, naming the command and the place, when it does not fit. */
export function readReply<Schema extends z.ZodType>(
  schema: Schema,
  result: ReplyValue,
  command: ReadCommand,
  about?: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  const fault = parsed.error.issues[0];
  const place = fault === undefined ? '' : `${fault.path.join('/') || 'result'}: ${fault.message}`;
  throw unexpectedReply(command, about, place);
}
