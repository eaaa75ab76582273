import type { Notice } from './notice.ts';

/** The JSON document that is posted; its fields are explained in docs/notifications.md. New fields may be added within a version. */
export function toWebhookBody(notice: Notice): string {
  const { kind, at, ...facts } = notice.event;
  return JSON.stringify({
    version: 1,
    id: notice.id,
    event: kind,
    at: at.toISOString(),
    host: notice.host,
    text: [notice.subject, ...notice.lines].join('\n'),
    commands: notice.steps.map(({ command }) => command),
    ...facts,
  });
}
