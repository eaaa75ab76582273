import {
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Faults } from './faults.ts';
import type { Raw, RawEntry } from './raw.ts';
import { findDeepNesting } from './yaml-depth.ts';

const maxDepth = 20;
const maxErrors = 10;
/** Of one section. */
const maxKeys = 1000;

/** The parser's own messages quote the text they stumble over, which may be a password: so ours are used. */
const errorTexts: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias (*) belongs to nothing; write the value out, or put a value that begins with * in quotes',
  BAD_INDENT: 'the indentation does not fit the lines above; indent the settings of a section alike, with spaces',
  BAD_DQ_ESCAPE: 'an unknown escape after \\; use single quotes around values with a backslash',
  BAD_SCALAR_START: 'a value begins with a character that YAML keeps for itself; put it in single quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a key and a value too many in one line; put a value that holds ": " in single quotes',
  MISSING_CHAR: 'a quote, bracket or comma is missing, or a "key: value" line has no space after its colon',
  MULTILINE_IMPLICIT_KEY: 'a key is missing its ": ", or a value runs on into the next line',
  MULTIPLE_DOCS: 'a second document begins (---); one file holds one document',
  TAB_AS_INDENT: 'a tab is used as indentation; use spaces',
  RESOURCE_EXHAUSTION: 'nested too deep',
};

/** Knows where in the file something stands: `sidecar.yaml:3:8`. */
type Locate = (offset: number) => string;

/**
 * Reads YAML as texts, lists and maps, with places. Refuses double keys, aliases and anchors, tags and several documents. Reports
 * faults as `settings file`; gives undefined when nothing could be read.
 */
export function parseYaml(text: string, label: string, faults: Faults): Raw | undefined {
  const lines = new LineCounter();
  const locate: Locate = (offset) => {
    const { line, col } = lines.linePos(offset);
    return `${label}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const tooDeepAt = findDeepNesting(text);
  if (tooDeepAt !== undefined) {
    faults.add('settings file', placeOf(text, tooDeepAt, label), 'nested too deep');
    return undefined;
  }
  // The failsafe schema (YAML 1.2 §10.1) leaves every scalar a text. Double keys are looked for below: the parser's own way is
  // quadratic.
  const options = {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  } as const;
  const document = parseDocument(text, options);
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  for (const error of errors.slice(0, maxErrors)) {
    const message = errorTexts[error.code] ?? 'this is no YAML; check quotes, colons and indentation here';
    faults.add(
      'settings file',
      locate(error.pos[0]),
      error.code === 'TAG_RESOLVE_FAILED' ? 'tags (!) are not used here; remove it' : message,
    );
  }
  if (document.errors.length > 0 || document.contents === null) return undefined;
  return toRaw(document.contents, locate, faults, 0);
}

/** The same for a text that is never given to the parser, which is who counts the lines. */
function placeOf(text: string, offset: number, label: string): string {
  const before = text.slice(0, offset).split('\n');
  return `${label}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

function toRaw(node: Node, locate: Locate, faults: Faults, depth: number): Raw {
  const at = locate(node.range?.[0] ?? 0);
  if (depth > maxDepth) return reject(faults, at, 'nested too deep');
  if (isAlias(node) || node.anchor !== undefined)
    return reject(
      faults,
      at,
      'aliases (*) and anchors (&) are not used here; write the value out, in quotes if it begins so',
    );
  if (isSeq<Node>(node))
    return { kind: 'list', items: node.items.map((item) => toRaw(item, locate, faults, depth + 1)), at };
  if (isMap<Node, Node | null>(node))
    return { kind: 'map', entries: toEntries(node.items, at, locate, faults, depth), at };
  if (!isScalar(node)) return reject(faults, at, 'this is no YAML; check quotes, colons and indentation here');
  const value = String(node.value ?? '');
  return value === '' && node.type === 'PLAIN' ? { kind: 'nothing', at } : { kind: 'text', text: value, at };
}

function toEntries(
  pairs: readonly { readonly key: Node; readonly value: Node | null }[],
  mapAt: string,
  locate: Locate,
  faults: Faults,
  depth: number,
): RawEntry[] {
  if (pairs.length > maxKeys) {
    faults.add('settings file', mapAt, `a section with more than ${maxKeys} keys; is it the right file?`);
    return [];
  }
  const firstPlaces = new Map<string, string>();
  const entries: RawEntry[] = [];
  for (const pair of pairs) {
    const keyAt = pair.key?.range ? locate(pair.key.range[0]) : mapAt;
    if (!isScalar(pair.key) || pair.key.anchor !== undefined) {
      faults.add('settings file', keyAt, 'a key is no plain word; write "name: value"');
      continue;
    }
    const key = String(pair.key.value);
    const first = firstPlaces.get(key);
    if (first !== undefined) {
      faults.add(key.slice(0, 80), keyAt, `is there twice, first at ${first}; remove one`);
      continue;
    }
    firstPlaces.set(key, keyAt);
    const value: Raw =
      pair.value === null ? { kind: 'nothing', at: keyAt } : toRaw(pair.value, locate, faults, depth + 1);
    entries.push({ key, keyAt, value });
  }
  return entries;
}

function reject(faults: Faults, at: string, message: string): Raw {
  faults.add('settings file', at, message);
  return { kind: 'reported', at };
}
