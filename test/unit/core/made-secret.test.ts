import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import {
  checkOfKey,
  digestSecret,
  makeSecret,
  makeSecretKey,
  matchesDigest,
  parseSecretKey,
} from '../../../sidecar/core/made-secret.ts';
import { Secret } from '../../../sidecar/core/secret.ts';

describe('a made secret', () => {
  const key = makeSecretKey();

  it('names itself before the dot and holds at least 160 random bits behind it', () => {
    const { id, text } = makeSecret();
    const [before = '', behind = '', ...more] = text.reveal().split('.');
    assert.equal(before, id);
    assert.deepEqual(more, []);
    assert.ok(Buffer.from(behind, 'base64url').length * 8 >= 160);
    assert.equal(new Set(Array.from({ length: 500 }, () => makeSecret().text.reveal())).size, 500);
  });

  it('is known again by its digest under the same key, and no other text is', () => {
    const { id, text } = makeSecret();
    const digest = digestSecret(key, text);
    assert.equal(matchesDigest(key, digest, Buffer.from(text.reveal())), true);
    const wrong = [
      '',
      id,
      `${id}.`,
      `${text.reveal()} `,
      text.reveal().toUpperCase(),
      makeSecret().text.reveal(),
      digest,
    ];
    for (const given of wrong) assert.equal(matchesDigest(key, digest, Buffer.from(given)), false, given);
    assert.equal(matchesDigest(makeSecretKey(), digest, Buffer.from(text.reveal())), false);
  });

  it('is not let in by a damaged digest', () => {
    for (const stored of ['', 'x', 'not base64 at all!', '\0'.repeat(43)]) {
      assert.equal(matchesDigest(key, stored, Buffer.from('')), false);
      assert.equal(matchesDigest(key, stored, Buffer.from('x'.repeat(100_000))), false);
    }
  });

  it('is not printed, and its key neither', () => {
    const made = makeSecret();
    for (const printed of [inspect(made), JSON.stringify(made), String(key), inspect(key)]) {
      assert.ok(!printed.includes(made.text.reveal()) && !printed.includes(key.reveal()), printed);
    }
  });
});

describe('a secret key', () => {
  it('is read from its text again, line end and spaces aside', () => {
    const key = makeSecretKey();
    assert.equal(parseSecretKey(` ${key.reveal()}\r\n`)?.reveal(), key.reveal());
  });

  it('is none when it is short or no base64url', () => {
    for (const text of ['', 'x', 'a'.repeat(42), `${'a'.repeat(60)} b`, `${'a'.repeat(60)}=`, 'ü'.repeat(60)]) {
      assert.equal(parseSecretKey(text), undefined, text);
    }
  });

  it('has a check that tells it from others and is not the key', () => {
    const key = makeSecretKey();
    assert.match(checkOfKey(key), /^[0-9a-f]{16}$/);
    assert.equal(checkOfKey(key), checkOfKey(new Secret(key.reveal())));
    assert.notEqual(checkOfKey(key), checkOfKey(makeSecretKey()));
  });
});
