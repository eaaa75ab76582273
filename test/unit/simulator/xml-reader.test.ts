import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseXml, XmlError } from '../../../sidecar/simulator/wire/xml-reader.ts';
import { element, leaf } from '../../../sidecar/simulator/wire/xml-writer.ts';

describe('simulator XML reader', () => {
  it('reads back every text that the writer wrote', () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((value) => !/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(value));
    fc.assert(
      fc.property(text, fc.constantFrom('', '  both  ', '\r\n', ']]>', '&amp;lt;'), (value, suffix) => {
        const written = element('a', leaf('b', value + suffix));
        assert.equal(parseXml(written).children[0]?.text, value + suffix);
      }),
      { numRuns: 500 },
    );
  });

  it('reads attributes in both quotes, CDATA, comments and references', () => {
    const root = parseXml(`<?xml version="1.0"?><!-- c --><a x='1"' y = "&#x41;&#66;">&lt;<![CDATA[<&]]>\r\n</a>\n`);
    assert.deepEqual(
      [...root.attributes],
      [
        ['x', '1"'],
        ['y', 'AB'],
      ],
    );
    assert.equal(root.text, '<<&\n');
  });

  const wrong: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''],
    ['an open element', '<a>'],
    ['elements that cross', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['text beside the root', '<a/>x'],
    ['text beside elements', '<a><b/>x</a>'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['an unknown entity', '<a>&e;</a>'],
    ['an entity named like a member of every object', '<a>&constructor;</a>'],
    ['a bare ampersand', '<a>&</a>'],
    ['a reference to no character', '<a>&#0;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['an attribute twice', '<a x="1" x="2"/>'],
    ['an attribute without quotes', '<a x=1/>'],
    ['CDATA that does not end', '<a><![CDATA[x</a>'],
    ['too deep', `${'<a>'.repeat(17)}${'</a>'.repeat(17)}`],
    ['too many elements', `<a>${'<b/>'.repeat(5_000)}</a>`],
  ];
  for (const [name, text] of wrong) {
    it(`refuses ${name}`, () => {
      assert.throws(() => parseXml(text), XmlError);
    });
  }

  it('refuses any text at all with the same error, and never another one', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '&', ';', '"', 'a', ' ', '!', '-', '[', '?') }),
        (text) => {
          try {
            parseXml(text);
          } catch (error) {
            assert.ok(error instanceof XmlError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
