import type { AccessScope } from '../core/access.ts';
import { ldapProfileNames } from '../core/ldap-profiles.ts';
import { parsePrivilege, parseRole } from '../core/mapping/privileges.ts';
import { quote } from './faults.ts';
import { listOf } from './list-types.ts';
import { domainList, groupList } from './name-types.ts';
import { parseSection, printSection } from './section-types.ts';
import { optionalSetting, setting } from './setting.ts';
import { oneOf, type SettingType, textType } from './setting-types.ts';

const attributeList = listOf(
  { one: 'name of an attribute', many: 'attributes', placeholder: 'attribute', example: 'mail' },
  (text) => (/^[a-z][a-z0-9-]{0,99}$/i.test(text) ? text : undefined),
);

const roleName = textType('role or privilege', 'role', (text) => {
  const value = parsePrivilege(text) ?? parseRole(text);
  return value === undefined
    ? { fault: `${quote(text)} is no role or privilege; write one such as auditor or LogOn` }
    : { value };
});

const scopeFields = {
  domains: setting(domainList, '', 'Domains whose users and groups are shown.'),
  groups: setting(groupList, '', 'Groups that are shown with their members, and no other.'),
  role: optionalSetting(roleName, 'Role or privilege that the users have who are shown.'),
  attributes: setting(attributeList, '', 'Attributes that are shown.'),
} as const;

/** The product that an account stands for. */
export const profileType = oneOf(...ldapProfileNames);

/** What an account is shown of the directory: a section. */
export const scopeType: SettingType<AccessScope> = {
  label: 'section with `domains`, `groups`, `role` and `attributes`, any of them',
  placeholder: 'JSON',
  secret: false,
  parse: (raw, report, folder) => parseSection(scopeFields, raw, '', report, folder),
  print: (scope) => printSection(scopeFields, { ...scope }),
};
