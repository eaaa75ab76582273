import { describe, it } from 'node:test';
import express from 'express';
import supertest from 'supertest';
import { createAddressLimit } from '../../../sidecar/host/address-limit.ts';

function start(perMinute = 2) {
  const clock = { now: 0 };
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(
    createAddressLimit({
      perMinute,
      isApplicationAddress: (address) => address === '192.0.2.1',
      now: () => clock.now,
      refuse: (_request, response) => void response.status(429).end(),
    }),
  );
  app.use((_request, response) => void response.status(204).end());
  const from = (address: string) => supertest(app).get('/').set('x-forwarded-for', address);
  return { clock, from };
}

describe('the limit of an address', () => {
  it('lets so many through in a minute, and says when there will be more', async () => {
    const { clock, from } = start();
    clock.now = 15_000;
    await from('198.51.100.1').expect(204);
    await from('198.51.100.1').expect(204);
    await from('198.51.100.1').expect(429).expect('Retry-After', '45');
    await from('198.51.100.2').expect(204);
    clock.now = 60_000;
    await from('198.51.100.1').expect(204);
  });

  it('is not for applications', async () => {
    const { from } = start();
    for (let count = 0; count < 5; count++) await from('192.0.2.1').expect(204);
  });

  it('is one for a network of IPv6, in whatever spelling', async () => {
    const { from } = start();
    await from('2001:db8:0:1::1').expect(204);
    await from('2001:DB8:0:1:a:b:c:d').expect(204);
    await from('2001:db8:0:1::2').expect(429);
    await from('2001:db8:0:2::1').expect(204);
    await from('2001:db8::1').expect(204);
  });
});
