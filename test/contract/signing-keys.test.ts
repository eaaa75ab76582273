import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { QueryTypes } from 'sequelize';
import { listSigningKeys, resetSigningKeys, rotateSigningKeys } from '../../sidecar/application/oidc-keys.ts';
import { type SigningKeyPorts, watchSigningKeys } from '../../sidecar/application/signing-keys-watch.ts';
import { silentLog } from '../../sidecar/core/ports/log.ts';
import { Secret } from '../../sidecar/core/secret.ts';
import { toKeyPolicy } from '../../sidecar/core/signing-keys/key-plan.ts';
import type { KeySet } from '../../sidecar/core/signing-keys/key-set.ts';
import { keyUses } from '../../sidecar/core/signing-keys/signing-key.ts';
import { systemClock } from '../../sidecar/host/system-clock.ts';
import type { Database } from '../../sidecar/storage/database.ts';
import { createSigningKeyStore } from '../../sidecar/storage/signing-key-store.ts';
import { databaseProducts, openTestDatabase, type TestDatabase } from './databases.ts';
import { isDomainError } from './directory-store.ts';

const secret = new Secret('k'.repeat(43));

for (const { name, skip, create } of databaseProducts()) {
  describe(`signing keys: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let handles: Database[];
    beforeEach(async () => {
      database = await create();
      handles = [await openTestDatabase(database), await openTestDatabase(database)];
    });
    afterEach(async () => {
      for (const handle of handles) await handle.close();
      await database.remove();
    });
    const portsOf = (handle: 0 | 1, key = secret): SigningKeyPorts => ({
      keys: createSigningKeyStore(handles[handle] ?? assert.fail(), key, 'sidecar.secret'),
      ...{ clock: systemClock, log: silentLog, policy: toKeyPolicy(90), intervalMs: 50 },
    });
    const idsOf = ({ signing }: KeySet) => signing.map(({ id }) => id);

    it('makes one key for each use, whichever of two processes starts first', async () => {
      const [one, two] = await Promise.all([watchSigningKeys(portsOf(0)), watchSigningKeys(portsOf(1))]);
      const lines = await listSigningKeys(portsOf(0));
      assert.deepEqual(
        lines.map(({ use, status }) => [use, status]),
        keyUses.map((use) => [use, 'signing']),
      );
      assert.deepEqual(idsOf(one.current()), idsOf(two.current()));
      const again = await watchSigningKeys(portsOf(1));
      assert.equal(again.current().version, one.current().version);
    });

    it('gives back keys that sign', async () => {
      await watchSigningKeys(portsOf(0));
      const { signing } = (await watchSigningKeys(portsOf(1))).current();
      for (const { use, material } of signing) {
        const jwk = JSON.parse(material.reveal());
        const digest = use === 'EdDSA' ? null : 'sha256';
        const signature = sign(digest, Buffer.from('text'), { key: jwk, format: 'jwk' });
        const { d: _, ...open } = jwk;
        const key = createPublicKey({ key: open, format: 'jwk' });
        assert.ok(verify(digest, Buffer.from('text'), key, signature), use);
      }
    });

    it('tells a running service of a rotation, and publishes before it signs', async () => {
      const watch = await watchSigningKeys(portsOf(0));
      const before = watch.current();
      const heard = new Promise<KeySet>((resolve) => watch.start(resolve));
      await rotateSigningKeys(portsOf(1), { publishAhead: true });
      const after = await heard;
      await watch.stop();
      assert.equal(after.signing.length, before.signing.length * 2);
      assert.equal(after.signing[0]?.id, before.signing[0]?.id);
      assert.equal(after.cookies[0]?.reveal(), before.cookies[0]?.reveal());
      // A second one takes the place of the first, which never signed.
      const lines = await rotateSigningKeys(portsOf(1), { publishAhead: true });
      assert.equal(lines.filter(({ status }) => status === 'next').length, keyUses.length);
    });

    it('drops the old keys at once after a theft', async () => {
      const stolen = (await watchSigningKeys(portsOf(0))).current();
      const lines = await rotateSigningKeys(portsOf(1), { publishAhead: false });
      assert.ok(lines.every(({ status }) => status === 'signing'));
      assert.ok(lines.every(({ id }) => !idsOf(stolen).includes(id)));
    });

    it('keeps no key in clear, and says what to do when the secret key is another one', async () => {
      const { signing } = (await watchSigningKeys(portsOf(0))).current();
      const rows = await handles[0]?.sequelize.query('SELECT * FROM signing_keys', { type: QueryTypes.SELECT });
      const text = JSON.stringify(rows);
      for (const { material } of signing) assert.ok(!text.includes(JSON.parse(material.reveal()).d));
      const stranger = portsOf(1, new Secret('x'.repeat(43)));
      await assert.rejects(
        watchSigningKeys(stranger),
        isDomainError('invalid_input', /sidecar\.secret.*oidc-keys reset/),
      );
      assert.equal((await listSigningKeys(portsOf(0))).length, keyUses.length);
      await resetSigningKeys(stranger);
      assert.equal((await watchSigningKeys(stranger)).current().signing.length, keyUses.length - 1);
    });
  });
}
