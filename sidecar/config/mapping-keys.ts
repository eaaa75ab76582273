/** Keys of each section of a mapping file. `mappings/schema.json` names the same ones. */
export const mappingKeys = {
  document: ['version', 'defaults', 'rules', 'constraints'],
  defaults: ['grant', 'newUsersOnly'],
  rule: ['name', 'when', 'grant', 'deny', 'roles', 'from', 'until', 'reason'],
  condition: ['user', 'group', 'anyGroup', 'allGroups', 'nested', 'domain', 'attribute', 'not'],
  attribute: ['admin', 'comment'],
  constraints: ['never', 'atMost', 'protected'],
} as const;

/** Bounds of a mapping file. */
export const mappingLimits = {
  /** Characters of a rule's name. */
  nameLength: 200,
  /** Characters of a reason. */
  reasonLength: 500,
  /** Entries of one list. */
  listLength: 1000,
  /** Conditions below one another by `not`. */
  notDepth: 5,
} as const;
