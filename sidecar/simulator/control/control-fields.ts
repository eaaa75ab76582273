import { CompanyError, createFaultList } from '../company/faults.ts';
import {
  choiceField,
  type Field,
  type FieldTable,
  listField,
  numberField,
  recordField,
  textField,
} from '../company/fields.ts';
import type { Fault, FaultKind } from '../wire/faults.ts';

/** No delay is longer than an hour. */
const maxDelayMs = 3_600_000;

interface FaultInput {
  readonly kind: FaultKind['kind'];
  readonly command: string;
  readonly skip: number;
  readonly count: number;
  readonly ms: number;
  readonly status: number;
  readonly uid: string;
}

const faultTable: FieldTable<FaultInput> = {
  kind: choiceField(['slow', 'hang', 'drop', 'status', 'half', 'invalid_xml', 'error']),
  command: textField(64),
  skip: numberField(0, 1_000_000_000),
  count: numberField(1, 1_000_000_000),
  ms: numberField(0, maxDelayMs),
  status: numberField(400, 599),
  uid: textField(100),
};

const blankFault: FaultInput = {
  kind: 'error',
  command: '',
  skip: 0,
  count: 1,
  ms: 1_000,
  status: 500,
  uid: 'simulator_fault',
};

/** A fault from JSON: `{ kind, command?, skip?, count?, ms?, status?, uid? }`. Throws {@link CompanyError}. */
export function parseFault(value: unknown): Fault {
  const { kind, command, skip, count, ms, status, uid } = parseWith(
    recordField(faultTable, blankFault, ['kind']),
    value,
    'fault',
  );
  const when = { command, skip, count };
  switch (kind) {
    case 'slow':
      return { ...when, kind, ms };
    case 'status':
      return { ...when, kind, status };
    case 'error':
      return { ...when, kind, uid };
    default:
      return { ...when, kind };
  }
}

/** `{ "ms": 0 }`. Throws {@link CompanyError}. */
export function parseTarpit(value: unknown): number {
  const table = { ms: numberField(0, maxDelayMs) };
  return parseWith(recordField(table, { ms: 0 }, ['ms']), value, 'tarpit').ms;
}

/** `{ "members": […] }`. Throws {@link CompanyError}. */
export function parseMembers(value: unknown): readonly string[] {
  const table: FieldTable<{ members: readonly string[] }> = { members: listField(textField(320), 1_000_000) };
  return parseWith(recordField(table, { members: [] }, ['members']), value, 'members').members;
}

/** Reads a value; throws {@link CompanyError} with every fault. */
export function parseWith<T>(field: Field<T>, value: unknown, subject: string): T {
  const list = createFaultList();
  const read = field(value, '', list);
  if (read === undefined || list.faults.length > 0) throw new CompanyError(list.faults, subject);
  return read;
}
