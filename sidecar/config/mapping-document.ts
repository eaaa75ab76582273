import { type PlacedConstraints, readConstraints } from './mapping-constraints.ts';
import { type Report, readFields, readYesOrNo, toTexts } from './mapping-fields.ts';
import { mappingKeys } from './mapping-keys.ts';
import { readPrivileges } from './mapping-names.ts';
import { type PlacedRule, readRules } from './mapping-rule.ts';
import type { ParseTime } from './mapping-times.ts';
import type { Place, Raw } from './raw.ts';

/** What one mapping file says. */
export interface MappingDocument {
  /** Undefined when the file says nothing about defaults. */
  readonly defaults:
    | {
        /** Undefined: not stated. */
        readonly grant: readonly string[] | undefined;
        readonly newUsersOnly: boolean;
        readonly at: Place;
      }
    | undefined;
  readonly rules: readonly PlacedRule[];
  readonly constraints: PlacedConstraints;
}

/** Turns a file's content into rules. Everything wrong is reported; what is right is given all the same. */
export function readMappingDocument(raw: Raw, parseTime: ParseTime, report: Report): MappingDocument {
  const fields = readFields(raw, 'a mapping file', mappingKeys.document, report);
  if (raw.kind === 'map') checkVersion(fields.get('version'), raw.at, report);
  const rules = fields.get('rules');
  return {
    defaults: readDefaults(fields.get('defaults'), report),
    rules: rules === undefined ? [] : readRules(rules, parseTime, report),
    constraints: readConstraints(fields.get('constraints'), report),
  };
}

/** Reports a `version` that is not 1. */
export function checkVersion(version: Raw | undefined, at: Place, report: Report): void {
  if (version?.kind === 'text' && version.text === '1') return;
  report(version?.at ?? at, 'version must be 1: write "version: 1" at the top of the file');
}

function readDefaults(raw: Raw | undefined, report: Report): MappingDocument['defaults'] {
  if (raw === undefined) return undefined;
  const fields = readFields(raw, 'defaults', mappingKeys.defaults, report);
  const grant = fields.get('grant');
  if (raw.kind === 'map' && fields.size === 0) report(raw.at, 'defaults must hold grant, such as grant: [LogOn]');
  return {
    grant: grant === undefined ? undefined : toTexts(readPrivileges(grant, 'defaults.grant', report)),
    newUsersOnly: readYesOrNo(fields.get('newUsersOnly'), 'newUsersOnly', report) ?? false,
    at: raw.at,
  };
}
