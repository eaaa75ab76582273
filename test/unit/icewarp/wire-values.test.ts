import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEnvelope } from '../../../sidecar/icewarp/reply-xml.ts';
import { account, accountItem, corp, membersOf, rowOf, startSource } from './fixtures.ts';
import { escapeXml, list, result } from './scripted-server.ts';

const awkward: readonly (readonly [what: string, text: string])[] = [
  ['leading zeros', '007'],
  ['a number with a point', '1.50'],
  ['hexadecimal', '0x1F'],
  ['an exponent', '1e5'],
  ['the word true', 'true'],
  ['the word false', 'false'],
  ['spaces at both ends', '  Al Bo  '],
  ['spaces only', '   '],
  ['a no-break space', '\u00A0'],
  ['a no-break space at the end', 'Al\u00A0'],
  ['a line feed inside', 'line one\nline two'],
  ['a tab inside', 'a\tb'],
  ['markup', '<b>bold</b>'],
  ['an entity as text', '&lt;'],
  ['an entity written twice', '&amp;lt;'],
  ['a numeric reference as text', '&#65;'],
  ['an ampersand', 'Smith & Sons'],
  ['quotes', `"double" 'single'`],
  ['the end of CDATA', ']]>'],
  ['emoji', '👩‍👩‍👧 🏳️‍🌈'],
  ['right to left', 'مرحبا שלום'],
  ['a very long text', 'Zoë 🙂 '.repeat(20_000)],
  ['combining characters', 'Zoe\u0308'],
  ['a name of Object.prototype', 'constructor'],
  ['__proto__', '__proto__'],
];

describe('values on the wire', () => {
  it('come through unchanged in every place that holds text', async () => {
    let current = '';
    const { source, done } = await startSource((asked) => {
      if (asked.command === 'getaccountsinfolist') return list([accountItem('al@corp.test', current)]);
      if (asked.command === 'getaccountmemberinfolist') return list([`<val>${escapeXml(current)}</val>`]);
      if (asked.command !== 'getaccountproperties' || asked.param('accountemail') === 'svc@corp.test') return undefined;
      const name = `<name>${escapeXml(current)}</name><surname>${escapeXml(current)}</surname>`;
      return account({
        A_Name: { raw: `<propertyval><classname>TAccountName</classname>${name}</propertyval>` },
        U_Comment: current,
        U_PhoneAlias: current,
      });
    });
    for (const [what, text] of awkward) {
      current = text;
      const [row] = await source.listUsers(corp);
      assert.equal(row?.displayName, text, `${what}: list`);
      const user = await source.readUser(corp, rowOf('al@corp.test'));
      assert.equal(user?.description, text, `${what}: property`);
      assert.equal(user?.telephoneNumber, text, `${what}: property`);
      if (text.trim() !== '') assert.equal(user?.surname, text, `${what}: name`);
      const group = await source.readGroup(corp, { ...rowOf('staff@corp.test'), kind: 'group' });
      assert.deepEqual(membersOf(group), [text], `${what}: member`);
    }
    await done();
  });

  const readings: readonly (readonly [what: string, leaf: string, text: string])[] = [
    ['decimal references', '&#65;&#128578;', 'A🙂'],
    ['hexadecimal references', '&#x41;&#x1F642;&#xA0;', 'A🙂\u00A0'],
    ['a reference to an ampersand only once', '&#38;lt;', '&lt;'],
    ['an escaped carriage return', 'a&#13;b', 'a\rb'],
    ['CDATA without decoding', '<![CDATA[&lt; <x> ]]>', '&lt; <x> '],
    ['text around CDATA and comments', 'a<!-- no -->b<![CDATA[&amp;]]>&amp;', 'ab&amp;&'],
    ['an empty element', '', ''],
  ];
  for (const [what, leaf, text] of readings) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parse(result(leaf)), { type: 'result', sid: 'S1', result: text });
    });
  }

  it('tolerates a BOM, an XML declaration, and white space between elements', () => {
    const text = `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<iq type="result">\n <query>\n  <result>\n <item>\n<val> x </val> </item>\n </result> </query>\n</iq>\n`;
    assert.deepEqual(toPlain(parse(text)), { type: 'result', result: { item: [{ val: ' x ' }] } });
  });

  it('gives items as a list whether there is none, one or more', () => {
    const items = (inner: string) => toPlain((parse(result(inner)) as { result: unknown }).result);
    assert.equal(items(''), '');
    assert.deepEqual(items('<item>a</item>'), { item: ['a'] });
    assert.deepEqual(items('<item>a</item><item/>'), { item: ['a', ''] });
  });

  it('reads the uid of an error with and without the rest of the envelope', () => {
    assert.deepEqual(parse('<iq type="error"><query><error uid="x_y"/></query></iq>'), { type: 'error', uid: 'x_y' });
    assert.deepEqual(
      parse('<iq type="error" sid="1"><query xmlns="admin:iq:rpc"><error uid="x_y"></error></query></iq>'),
      {
        type: 'error',
        uid: 'x_y',
      },
    );
    assert.deepEqual(parse('<iq type="error"/>'), { type: 'error', uid: 'unknown' });
  });

  const refused: readonly (readonly [what: string, text: string | Uint8Array])[] = [
    ['a reply that is cut short', result('<item><val>a</val></item>').slice(0, -30)],
    ['elements that do not match', '<iq type="result"><query><result>a</query></result></iq>'],
    ['a document type', `<!DOCTYPE iq>${result('a')}`],
    ['an entity of its own', `<!DOCTYPE iq [<!ENTITY a "b">]>${result('&a;')}`],
    [
      'entities that grow',
      `<!DOCTYPE iq [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${result('&b;')}`,
    ],
    ['an entity of HTML', result('&nbsp;')],
    ['a reference to NUL', result('a&#0;b')],
    ['a reference to half a character', result('&#xD800;')],
    ['a reference beyond Unicode', result('&#x110000;')],
    ['a bare ampersand', result('Smith & Sons')],
    ['NUL itself', result('a\0b')],
    ['bytes that are no UTF-8', Buffer.from(result('Zo\xEB'), 'latin1')],
    ['text mixed with elements', result('text<item>a</item>')],
    ['an element twice', result('<name>a</name><name>b</name>')],
    ['nesting without end', result('<a>'.repeat(200) + '</a>'.repeat(200))],
    ['an unknown type', '<iq type="set"><query><result>1</result></query></iq>'],
    ['a result without a result', '<iq type="result"><query/></iq>'],
    ['__proto__ as an element', result('<__proto__>a</__proto__>')],
  ];
  for (const [what, text] of refused) it(`refuses ${what}`, () => assert.throws(() => parse(text)));

  it('knows what is no envelope of the API', () => {
    assert.equal(parse('<html><body>Not found</body></html>'), undefined);
  });
});

function parse(text: string | Uint8Array) {
  return parseEnvelope(typeof text === 'string' ? Buffer.from(text) : text);
}

/** Records have no prototype; deepEqual compares those. */
function toPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
