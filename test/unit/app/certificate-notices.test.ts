import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCertificateNotices } from '../../../sidecar/app-certificate-notices.ts';
import { toNotice } from '../../../sidecar/notify/notice.ts';
import { toWebhookBody } from '../../../sidecar/notify/webhook-body.ts';
import type { CertificateState } from '../../../sidecar/observe/certificate-gauges.ts';
import { toCertificateHealth } from '../../../sidecar/observe/certificate-health.ts';
import { createMetrics } from '../../../sidecar/observe/metrics.ts';

const now = new Date('2026-11-24T10:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const state = (days: number, fault?: string): CertificateState => ({
  section: 'ldap.tls',
  file: '/etc/ldap.pem',
  expiresAt: inDays(days),
  fault,
});

describe('notices of certificates', () => {
  it('come 14 days, 3 days and at once after the end, each once', () => {
    const notices = createCertificateNotices();
    const told: string[] = [];
    for (let day = 0; day < 20; day += 0.25) {
      for (const event of notices.observe([state(15)], inDays(day)))
        told.push(`${day}: ${event.kind === 'certificate_ending' ? event.daysLeft : event.kind}`);
    }
    assert.deepEqual(told, ['1.25: 13', '12.25: 2', '15.25: -1']);
  });

  it('come anew for another certificate, and again after the one that took its place', () => {
    const notices = createCertificateNotices();
    const kinds = [state(5), state(5), state(90), state(5.5)].map((one) => notices.observe([one], now).length);
    assert.deepEqual(kinds, [1, 0, 0, 1]);
  });

  it('tell each fault once, and again when it comes back', () => {
    const notices = createCertificateNotices();
    const kinds = ['a', 'a', 'b', undefined, 'b'].map((fault) => notices.observe([state(90, fault)], now));
    assert.deepEqual(
      kinds.map((events) => events.map(({ kind }) => kind).join()),
      ['certificate_refused', '', 'certificate_refused', '', 'certificate_refused'],
    );
  });

  it('say what to do', () => {
    const [event] = createCertificateNotices().observe([state(2.5)], now);
    assert.ok(event);
    const { subject, lines } = toNotice(event, 'id', 'host');
    assert.match(subject, /certificate of ldap\.tls ends in 2 days/);
    assert.match(lines.join(' '), /ldap\.pem ends on 2026-11-26.*without a restart/);
    const body: unknown = JSON.parse(toWebhookBody(toNotice(event, 'id', 'host')));
    assert.ok(typeof body === 'object' && body !== null && 'daysLeft' in body && body.daysLeft === 2);
    const [over] = createCertificateNotices().observe([state(-1)], now);
    assert.ok(over);
    assert.match(toNotice(over, 'id', 'host').subject, /has ended/);
  });
});

describe('certificates in health and metrics', () => {
  it('are well until 14 days before the end', () => {
    for (const [days, fault, status, message] of [
      [15, undefined, 'ok', undefined],
      [13.9, undefined, 'degraded', /ends on 2026-12-08/],
      [-0.1, undefined, 'degraded', /ended on 2026-11-24/],
      [90, 'not the key', 'degraded', /stays in force: not the key/],
    ] as const) {
      const health = toCertificateHealth([state(days, fault)], now);
      assert.equal(health.status, status);
      if (message !== undefined) assert.match(String(health.message), message);
    }
  });

  it('are counted in days, and the refused ones shown', async () => {
    const metrics = createMetrics(() => now);
    let states = [state(30.5), { ...state(-2, 'x'), section: 'ldap.listeners[0]' }];
    metrics.watchCertificates(() => states);
    const text = await metrics.text();
    assert.match(text, /certificate_days_left\{section="ldap\.tls"\} 30\n/);
    assert.match(text, /certificate_days_left\{section="ldap\.listeners\[0\]"\} -2\n/);
    assert.match(text, /certificate_refused\{section="ldap\.listeners\[0\]"\} 1\n/);
    states = [];
    assert.doesNotMatch(await metrics.text(), /certificate_days_left\{/);
  });
});
