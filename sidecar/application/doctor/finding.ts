/** What is looked at, in this order. */
export const checkNames = [
  ...(['settings', 'icewarp', 'lockout', 'clock', 'database', 'directory', 'certificates'] as const),
  ...(['ports', 'service', 'listeners', 'accounts'] as const),
] as const;

export type CheckName = (typeof checkNames)[number];

/** One line of the doctor. */
export interface Finding {
  readonly check: CheckName;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was looked at and how it is, in one line without secrets. */
  readonly detail: string;
  /** What to do; there for every `warn` and `fail`. */
  readonly remedy?: string;
}

/** A finding before its check signs it. */
export type Finds = (finding: Omit<Finding, 'check'>) => void;

export function ok(detail: string): Omit<Finding, 'check'> {
  return { status: 'ok', detail };
}

export function warn(detail: string, remedy: string): Omit<Finding, 'check'> {
  return { status: 'warn', detail, remedy };
}

export function fail(detail: string, remedy: string): Omit<Finding, 'check'> {
  return { status: 'fail', detail, remedy };
}

/** Text of another program in a form that fits into one line. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
