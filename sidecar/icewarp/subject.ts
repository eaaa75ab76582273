import { printable } from './http-api.ts';
import { type Properties, unreadable } from './properties.ts';

/** One account, group or domain whose properties are being taken over. */
export interface Subject {
  readonly properties: Properties;
  /** Names it in messages: `account al@example.com`. */
  readonly about: string;
  /** What was impossible in it and how it was taken. */
  readonly warnings: string[];
}

/** A property that is on (1), off (0 or unset), or something that no switch can be. */
export type SwitchState = boolean | 'doubtful';

/** A property that must be readable. Rejects with `forbidden` naming it when it is not. */
export function requireText({ properties, about }: Subject, name: string): string {
  const text = properties.text(name);
  if (text === undefined) throw unreadable(name, about);
  return text;
}

/** A switch that must be readable. `taken` says, for the warning, what comes of a value that is none. */
export function requireSwitch(subject: Subject, name: string, taken: string): SwitchState {
  return toSwitch(subject, name, requireText(subject, name), taken);
}

/** A switch; undefined when it may not be read, `doubtful` (and a warning that says `taken`) when it is none. */
export function readSwitch(subject: Subject, name: string, taken: string): SwitchState | undefined {
  const text = subject.properties.text(name);
  return text === undefined ? undefined : toSwitch(subject, name, text, taken);
}

function toSwitch(subject: Subject, name: string, text: string, taken: string): SwitchState {
  if (text === '0' || text === '') return false;
  if (text === '1') return true;
  warn(subject, name, text, 'neither 0 nor 1', taken);
  return 'doubtful';
}

/** Notes a value that cannot be: which, why (`which is …`), and how it is taken. */
export function warn({ about, warnings }: Subject, name: string, value: string, why: string, taken: string): void {
  warnings.push(`${about}: ${name} is "${printable(value)}", which is ${why}; ${taken}`);
}
