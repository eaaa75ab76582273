import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { nameLocation, parsePostgresUrl } from '../../../sidecar/storage/postgres/location.ts';
import { isDomainError } from '../../contract/directory-store.ts';

describe('the URL of a PostgreSQL database', () => {
  it('says host, port, user, password and database, decoded', () => {
    const location = parsePostgresUrl('postgresql://side%40car:p%40s%2Fs%23%25@db.example.com:6432/arch%C3%AFve');
    assert.equal(location.password?.reveal(), 'p@s/s#%');
    const { password, ...rest } = location;
    assert.deepEqual(rest, {
      host: 'db.example.com',
      port: 6432,
      user: 'side@car',
      database: 'archïve',
      tls: false,
      isExposed: true,
    });
    assert.equal(nameLocation(location), 'postgres://db.example.com:6432/archïve');
    assert.doesNotMatch(inspect(location, { depth: 9 }) + JSON.stringify(location), /p@s/);
  });

  it('has the usual port, and may leave user and password out', () => {
    const { port, user, password } = parsePostgresUrl('postgres://localhost/x');
    assert.deepEqual([port, user, password], [5432, undefined, undefined]);
  });

  const places: [url: string, host: string, name: string, isExposed: boolean][] = [
    ['postgres://[::1]:5433/x', '::1', 'postgres://[::1]:5433/x', false],
    ['postgres://127.0.0.1/x', '127.0.0.1', 'postgres://127.0.0.1:5432/x', false],
    ['postgres://u@%2Fvar%2Frun%2Fpostgresql/x', '/var/run/postgresql', 'postgres:/var/run/postgresql/x', false],
    ['postgres:///x?host=/tmp', '/tmp', 'postgres:/tmp/x', false],
    ['postgres://10.0.0.7/x', '10.0.0.7', 'postgres://10.0.0.7:5432/x', true],
    ['postgres://10.0.0.7/x?sslmode=require', '10.0.0.7', 'postgres://10.0.0.7:5432/x', false],
  ];
  for (const [url, host, name, isExposed] of places) {
    it(`tells where ${url} is, and whether what is sent there can be read on the way`, () => {
      const location = parsePostgresUrl(url);
      assert.deepEqual([location.host, nameLocation(location), location.isExposed], [host, name, isExposed]);
    });
  }

  it('says how the certificate is checked', () => {
    const tlsOf = (mode: string) => parsePostgresUrl(`postgres://db/x?sslmode=${mode}`).tls;
    assert.equal(tlsOf('disable'), false);
    assert.deepEqual(tlsOf('require'), { rejectUnauthorized: false, anyName: true });
    assert.deepEqual(tlsOf('verify-ca'), { rejectUnauthorized: true, anyName: true });
    assert.deepEqual(tlsOf('verify-full'), { rejectUnauthorized: true, anyName: false });
  });

  const wrong: [url: string, text: RegExp][] = [
    ['postgres://u:hunter2@db', /names no database/],
    ['postgres://u:hunter2@db/', /names no database/],
    ['postgres://u:hunter2@db/a/b', /names no database/],
    ['postgres:///x', /names no host/],
    ['postgres://u:hunter2@db:port/x', /is no URL/],
    ['postgres://u:hunter2#1@db/x', /#|is no URL/],
    ['postgres://u:hunter2%@db/x', /%25/],
    ['postgres://u:hunter2@db/x?sslmode=prefer', /unknown sslmode; write one of disable, require/],
    ['postgres://u:hunter2@db/x?ssl=true', /parameter "ssl" that is unknown/],
    ['postgres://u:hunter2@db/x?sslmode=require&sslmode=disable', /given twice/],
    ['postgres://u:hunter2@db/x?sslrootcert=/absent.pem', /sslrootcert that cannot be read/],
  ];
  for (const [url, text] of wrong) {
    it(`is refused when it reads ${url}, without its password`, () => {
      assert.throws(
        () => parsePostgresUrl(url),
        (error) => isDomainError('invalid_input', text)(error) && !/hunter2/.test(String(error)),
      );
    });
  }
});
