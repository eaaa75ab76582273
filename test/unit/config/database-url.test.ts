import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseUrl } from '../../../sidecar/config/url-types.ts';

function parse(text: string, at = 'sidecar.yaml:3:8'): { value: string | undefined; faults: string[] } {
  const faults: string[] = [];
  const value = databaseUrl.parse({ kind: 'text', text, at }, (_, message) => faults.push(message), '/srv/sidecar');
  return { value, faults };
}

describe('database.url', () => {
  it('takes SQLite files, from the folder of whoever wrote it', () => {
    assert.equal(parse('sqlite:data/x.sqlite').value, 'sqlite:/srv/sidecar/data/x.sqlite');
    assert.equal(parse('sqlite:///var/x.sqlite').value, 'sqlite:/var/x.sqlite');
  });

  it('takes PostgreSQL addresses as they are', () => {
    for (const url of [
      'postgres://sidecar:p%40ss@db.example.com:5432/sidecar?sslmode=verify-full',
      'postgresql://db/sidecar',
      'postgres://u@%2Fvar%2Frun%2Fpostgresql/x',
    ]) {
      assert.deepEqual(parse(url), { value: url, faults: [] });
    }
  });

  it('is shown without password', () => {
    const url = 'postgres://sidecar:hunter2%2F@db.example.com:5432/x?sslmode=require';
    assert.equal(databaseUrl.print(url), 'postgres://sidecar:[redacted]@db.example.com:5432/x?sslmode=require');
    for (const plain of ['postgres://sidecar@db/x', 'sqlite:/srv/x.sqlite', 'sqlite:/srv/a:b@c.sqlite']) {
      assert.equal(databaseUrl.print(plain), plain);
    }
  });

  it('holds no password on the command line', () => {
    const { value, faults } = parse('postgres://sidecar:hunter2@db/x', '--database-url');
    assert.equal(value, undefined);
    assert.match(faults.join(), /SIDECAR_DATABASE_URL_FILE/);
    assert.doesNotMatch(faults.join(), /hunter2/);
    assert.equal(parse('postgres://sidecar@db/x', '--database-url').value, 'postgres://sidecar@db/x');
  });

  for (const text of [
    'postgres:x',
    'postgres://u:hunter2@db',
    'postgres://u:hunter2@db/',
    'postgres://u:hunter2#@db/x',
    'postgres://u:hunter2 @db/x',
    'postgres://u:hunter2@db:port/x',
    'mysql://u:hunter2@db/x',
    'sqlite:',
    'sqlite::memory:',
    'sqlite:a?b',
  ]) {
    it(`refuses ${text} and quotes no password`, () => {
      const { value, faults } = parse(text);
      assert.equal(value, undefined);
      assert.equal(faults.length, 1);
      assert.doesNotMatch(faults.join(), /hunter2/);
    });
  }
});
