import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectRaw } from '../../facade/ldap/support/raw-client.ts';
import { bindRequest } from '../../facade/ldap/support/requests.ts';
import { missingPrograms } from '../../support/programs.ts';
import { makeFolder, runProgram } from '../../support/sidecar-process.ts';
import { createCaptureFile } from './support/capture-file.ts';
import { type ClientWorld, reader, startClientWorld } from './support/client-world.ts';
import { findCaptureFaults, readConversations } from './support/tshark.ts';

const needed = missingPrograms('tshark', 'ldapsearch', 'ldapcompare', 'ldapwhoami', 'ldapdelete', 'ldappasswd');

describe('tshark reads what the service has said', { skip: needed }, () => {
  let world: ClientWorld;
  before(async () => {
    world = await startClientWorld({
      listeners: [
        { name: 'starttls', tls: 'starttls' },
        { name: 'ldaps', tls: 'ldaps' },
      ],
    });
  });
  after(() => world?.stop());

  const run = async (program: string, listener: string, args: readonly string[], who: readonly string[] = asReader) => {
    const env = { ...process.env, LDAPTLS_CACERT: world.certificates.caFile };
    const all = ['-x', '-H', world.url(listener), ...who, ...args];
    return (await runProgram(program, all, { env })).code;
  };
  const readWorld = async () => {
    assert.ok(world.recording !== undefined);
    const { capture } = world.recording;
    assert.deepEqual(await findCaptureFaults(capture), { malformed: [], foreign: [] });
    return readConversations(capture);
  };

  it('finds every answer well formed: entries, pages, sorted lists, schema, refusals and failures', async () => {
    const tree = ['-b', 'o=icewarp'];
    const alice = 'uid=alice@example.com,ou=users,o=icewarp';
    const codes = [
      await run('ldapsearch', 'ldap', [...tree, '*', '+']),
      await run('ldapsearch', 'ldap', ['-P', '2', ...tree, '(mail=alice@*)']),
      await run('ldapsearch', 'ldap', [...tree, '-E', '!pr=5/noprompt', '-E', '!sss=-sn', '(uid=*)', 'sn']),
      await run('ldapsearch', 'ldap', [...tree, '-z', '2', '(uid=*)', '1.1']),
      await run('ldapsearch', 'ldap', ['-b', 'ou=nowhere,o=icewarp']),
      await run('ldapsearch', 'ldap', ['-b', 'not a DN']),
      await run('ldapsearch', 'ldap', ['-b', 'cn=subschema', '-s', 'base', '+'], []),
      await run('ldapsearch', 'ldap', ['-b', '', '-s', 'base', '+'], []),
      await run('ldapsearch', 'ldap', tree, []),
      await run('ldapcompare', 'ldap', [alice, 'sn:Archer']),
      await run('ldapcompare', 'ldap', [alice, 'sn:Baker']),
      await run('ldapdelete', 'ldap', [alice]),
      await run('ldappasswd', 'ldap', ['-s', 'new', alice]),
      await run('ldapwhoami', 'ldap', []),
      await run('ldapwhoami', 'ldap', [], ['-D', 'heidi@example.com', '-w', 'wrong']),
    ];
    assert.deepEqual(codes, [0, 0, 0, 4, 32, 34, 0, 0, 50, 6, 5, 53, 1, 0, 49]);
    const said = (await readWorld()).flat();
    for (const answer of ['searchResDone success', 'compareResponse compareTrue', 'delResponse unwillingToPerform']) {
      assert.ok(
        said.some((line) => line.startsWith(answer)),
        `${answer}\n${said.join('\n')}`,
      );
    }
  });

  it('finds the notice of disconnection well formed', async () => {
    const client = await connectRaw(world.port());
    // Well formed too, but a message id must not be used twice at once.
    client.send(bindRequest(1, 'bob@example.com', 'wrong'));
    client.send(bindRequest(1, 'bob@example.com', 'wrong'));
    await client.next();
    client.close();
    const said = (await readWorld()).flat();
    assert.ok(said.some((line) => line.startsWith('extendedResp (a message id is used twice')));
  });

  it('finds the same within TLS, after StartTLS and from the first byte', async () => {
    for (const [listener, flags] of [
      ['starttls', ['-ZZ']],
      ['ldaps', []],
    ] as const) {
      assert.equal(
        await run('ldapsearch', listener, [...flags, '-b', 'o=icewarp', '-E', 'pr=4/noprompt', '*', '+']),
        0,
      );
    }
    const conversations = await readWorld();
    const overTls = conversations.slice(-2);
    const [starttls, ldaps] = overTls;
    assert.equal(starttls?.[0], 'extendedReq LDAP_START_TLS_OID');
    assert.equal(ldaps?.[0], `bindRequest "${reader.dn}" simple`);
    for (const said of overTls) {
      assert.ok(said.filter((line) => line === 'searchResDone success').length > 5, said.join('\n'));
    }
  });
});

const asReader = ['-D', reader.dn, '-w', reader.password];

describe('the reading of a capture', { skip: missingPrograms('tshark') }, () => {
  /** Of one connection, in which the server says this. */
  const readAnswer = async (...answers: readonly string[]) => {
    const folder = await makeFolder();
    const file = join(folder.path, 'made.pcap');
    const capture = createCaptureFile(file);
    const connection = capture.connect(389);
    connection.sent('client', Buffer.from('300c020101600702010304008000', 'hex'));
    for (const answer of answers) connection.sent('server', Buffer.from(answer, 'hex'));
    connection.ended('server');
    capture.close();
    try {
      return { faults: await findCaptureFaults({ file }), said: await readConversations({ file }) };
    } finally {
      await folder.remove();
    }
  };

  it('has nothing to say of a good answer, in one packet or two', async () => {
    for (const packets of [['300c02010161070a010004000400'], ['300c02010161', '070a010004000400']]) {
      const { faults, said } = await readAnswer(...packets);
      assert.deepEqual(faults, { malformed: [], foreign: [] });
      assert.deepEqual(said, [['bindRequest "<ROOT>" simple', 'bindResponse success']]);
    }
  });

  it('names what is malformed: a length too long within, a wrong type, an answer cut short', async () => {
    for (const packet of ['300c02010161070a010004040400', '300c02010161070401000400ff00', '300c020101']) {
      const { faults } = await readAnswer(packet);
      assert.notDeepEqual(faults, { malformed: [], foreign: [] }, packet);
    }
  });

  it('names what is no LDAP', async () => {
    const { faults } = await readAnswer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex'));
    assert.notDeepEqual(faults, { malformed: [], foreign: [] });
  });
});
