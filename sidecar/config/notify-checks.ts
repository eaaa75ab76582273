import type { Faults } from './faults.ts';
import { isLoopback } from './loopback.ts';
import type { Place } from './raw.ts';
import type { Settings } from './settings.ts';

/** Reports `notify.*` settings that do not fit one another; one that had a fault of its own is undefined here. */
export function checkNotify({ notify: { mail } }: Settings, origins: ReadonlyMap<string, Place>, faults: Faults): void {
  const isGiven = (key: string) => origins.get(key) !== 'default';
  const requireAll = (keys: readonly string[]) => {
    const given = keys.filter(isGiven);
    if (given.length === 0) return;
    for (const key of keys)
      if (!isGiven(key)) faults.add(key, undefined, `is missing beside ${given.join(' and ')}; set it`);
  };
  // An empty list that somebody wrote down switches mails off; the rest may stay.
  if (!(isGiven('notify.mail.to') && mail.to?.length === 0))
    requireAll(['notify.mail.to', 'notify.mail.from', 'notify.mail.server']);
  requireAll(['notify.mail.username', 'notify.mail.password']);
  if (isGiven('notify.webhook.secret') && !isGiven('notify.webhook.url'))
    faults.add('notify.webhook.url', undefined, 'is missing beside notify.webhook.secret; set it');
  if (mail.security === 'none' && mail.username !== undefined && mail.server !== undefined && !isLoopback(mail.server))
    faults.add(
      'notify.mail.security',
      origins.get('notify.mail.security'),
      'is none, so the password would cross the network readable; set it to starttls or tls, or leave username and password out',
    );
}

/** What of `notify.*` works but is worth a word. */
export function listNotifyWarnings({ notify: { webhook } }: Settings): readonly string[] {
  const url = webhook.url === undefined ? null : URL.parse(webhook.url.reveal());
  return url?.protocol === 'http:' && !isLoopback(url.hostname)
    ? ['notify.webhook.url begins with http: notices cross the network readable. Use https.']
    : [];
}
