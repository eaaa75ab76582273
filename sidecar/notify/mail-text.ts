import type { Notice } from './notice.ts';

/** The body of a mail, plain text: what happened, then what to do. */
export function toMailText(notice: Notice): string {
  const steps = notice.steps.map(({ aim, command }) => `${aim}:\n\n    ${command}\n`);
  const origin = `Told by the IceWarp sidecar on ${notice.host} at ${notice.event.at.toISOString()}.`;
  return [...notice.lines.map((line) => `${line}\n`), ...steps, origin, ''].join('\n');
}
