import type { Expectation, ExpectationSubject, RightNames } from '../core/mapping/expectation.ts';
import { parseGroupName, parseLoginName } from '../core/names.ts';
import type { AdminKind } from '../core/ports/directory-source.ts';
import { quote } from './faults.ts';
import { checkVersion } from './mapping-document.ts';
import { createMappingFaults } from './mapping-faults.ts';
import {
  parseTexts,
  type Report,
  readFields,
  readItems,
  readLine,
  readText,
  readTexts,
  toReport,
  toTexts,
} from './mapping-fields.ts';
import { listMappingFolder, readYamlFile } from './mapping-folder.ts';
import { mappingKeys, mappingLimits } from './mapping-keys.ts';
import { readPrivileges, readRoles } from './mapping-names.ts';
import { createTimeParser, type ParseTime } from './mapping-times.ts';
import type { Place, Raw } from './raw.ts';

/** Keys of a test. `mappings/test-schema.json` names the same ones. */
export const testKeys = ['name', 'user', 'groups', 'address', 'attribute', 'at', 'expect', 'forbid'] as const;
const adminKinds: readonly AdminKind[] = ['administrator', 'domain_administrator', 'web_administrator', 'none'];
const maxTests = 10_000;

/** An expectation and where it stands. */
export interface PlacedExpectation extends Expectation {
  readonly place: Place;
}

/**
 * Reads the expectations in a folder's `*.test.yaml`, in the order of the files. Throws `invalid_input` with every fault, each
 * with file, line and column and the remedy.
 */
export function readMappingTests(
  directory: string,
  { timeZone = 'UTC' }: { readonly timeZone?: string } = {},
): readonly PlacedExpectation[] {
  const faults = createMappingFaults('tests of the mapping');
  const report = toReport(faults);
  const parseTime = createTimeParser(timeZone);
  const tests = listMappingFolder(directory, faults).tests.flatMap((path) => {
    const raw = readYamlFile(path, faults);
    if (raw === undefined) return [];
    const fields = readFields(raw, 'a file of tests', ['version', 'tests'], report);
    if (raw.kind === 'map') checkVersion(fields.get('version'), raw.at, report);
    const list = fields.get('tests');
    if (raw.kind === 'map' && list === undefined) report(raw.at, 'tests is missing: list what you expect below it');
    return readItems(list, 'tests', '- { user: …, expect: … }', report).flatMap((item) =>
      readTest(item, parseTime, report),
    );
  });
  if (tests.length > maxTests) faults.add('mapping', tests[maxTests]?.place, `more than ${maxTests} tests`);
  faults.throwIfAny();
  return tests;
}

function readTest(raw: Raw, parseTime: ParseTime, report: Report): readonly PlacedExpectation[] {
  const fields = readFields(raw, 'a test', testKeys, report);
  if (raw.kind !== 'map') return [];
  const subject = readSubject(fields, raw.at, report);
  const expect = readRights(fields.get('expect'), 'expect', report);
  const forbid = readRights(fields.get('forbid'), 'forbid', report);
  if (!fields.has('expect') && !fields.has('forbid')) {
    report(raw.at, 'this test expects nothing: give it expect or forbid');
  }
  const at = fields.get('at');
  const timeText = at === undefined ? undefined : readText(at, 'at', at.at, report);
  const time = timeText === undefined ? undefined : parseTime(timeText.text);
  if (timeText !== undefined && time === undefined) {
    report(timeText.at, `${quote(timeText.text)} is no date; write 2026-12-01 or 2026-12-01T14:30`);
  }
  if (subject === undefined) return [];
  const name = readLine(fields.get('name'), 'name of a test', mappingLimits.nameLength, report) ?? nameOf(subject);
  return [{ name, subject, at: time, expect, forbid, place: raw.at }];
}

function readSubject(
  fields: ReadonlyMap<(typeof testKeys)[number], Raw>,
  at: Place,
  report: Report,
): ExpectationSubject | undefined {
  const user = fields.get('user');
  const groups = fields.get('groups');
  const stated = (['groups', 'address', 'attribute'] as const).filter((key) => fields.has(key));
  if (user !== undefined) {
    if (stated.length > 0) report(user.at, `user is somebody of the directory: leave out ${stated.join(', ')}`);
    const name = readText(user, 'user', at, report);
    return name === undefined ? undefined : { kind: 'user', name: name.text.trim() };
  }
  if (stated.length === 0) {
    report(at, 'this test does not say whom it is about: give it user, or groups (and address, attribute)');
    return undefined;
  }
  const addressField = fields.get('address');
  const text = addressField === undefined ? undefined : readText(addressField, 'address', at, report);
  const address = text === undefined ? undefined : parseLoginName(text.text);
  if (text !== undefined && address === undefined) report(text.at, `${quote(text.text)} is no address`);
  const noGroup = (name: string) => `${quote(name)} is no address of a group; write staff@example.com`;
  return {
    kind: 'stated',
    groups: toTexts(
      parseTexts(readTexts(groups, 'groups', '[staff@example.com]', report), parseGroupName, noGroup, report),
    ),
    address,
    ...readAttribute(fields.get('attribute'), report),
  };
}

function readAttribute(raw: Raw | undefined, report: Report): { readonly admin: AdminKind; readonly comment: string } {
  const fields = raw === undefined ? undefined : readFields(raw, 'attribute', mappingKeys.attribute, report);
  const admin = fields?.get('admin');
  const text = admin === undefined ? undefined : readText(admin, 'attribute.admin', admin.at, report);
  const kind = text?.text === 'true' ? 'administrator' : adminKinds.find((each) => each === (text?.text ?? 'none'));
  if (text !== undefined && kind === undefined) {
    report(text.at, `${quote(text.text)} is no kind of administrator; use ${adminKinds.join(', ')}`);
  }
  const comment = readLine(fields?.get('comment'), 'attribute.comment', mappingLimits.reasonLength, report);
  return { admin: kind ?? 'none', comment: comment ?? '' };
}

function readRights(raw: Raw | undefined, what: string, report: Report): RightNames {
  const fields = raw === undefined ? undefined : readFields(raw, what, ['privileges', 'roles'], report);
  return {
    privileges: toTexts(readPrivileges(fields?.get('privileges'), `${what}.privileges`, report)),
    roles: toTexts(readRoles(fields?.get('roles'), `${what}.roles`, report)),
  };
}

function nameOf(subject: ExpectationSubject): string {
  if (subject.kind === 'user') return subject.name;
  return [subject.address ?? 'somebody', ...subject.groups].join(' in ');
}
