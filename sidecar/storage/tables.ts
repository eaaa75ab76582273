import { DataTypes, type Model, type ModelAttributeColumnOptions, type ModelStatic, type Sequelize } from 'sequelize';

export type Table = ModelStatic<Model>;

/** The tables as the migrations leave them; attributes are the columns in camel case. */
export interface Tables {
  readonly users: Table;
  readonly userAddresses: Table;
  readonly groups: Table;
  readonly groupAddresses: Table;
  readonly groupMembers: Table;
  readonly memberships: Table;
  readonly userGrants: Table;
  readonly syncRuns: Table;
  readonly directoryState: Table;
  readonly directoryChanges: Table;
  readonly parkedAccounts: Table;
  readonly keptNumbers: Table;
  readonly mappingInForce: Table;
  readonly mappingFiles: Table;
  readonly serviceAccounts: Table;
  readonly appPasswords: Table;
  readonly signingKeys: Table;
  readonly oidcClients: Table;
}

const text = { type: DataTypes.TEXT, allowNull: false };
const time = { type: DataTypes.DATE, allowNull: false };
const count = { type: DataTypes.INTEGER, allowNull: false };
const optionalText = { type: DataTypes.TEXT, allowNull: true };
const optionalTime = { type: DataTypes.DATE, allowNull: true };
const textKey = { ...text, primaryKey: true };
const countKey = { ...count, primaryKey: true };

/** Describes the tables to `sequelize`; touches no database. */
export function defineTables(sequelize: Sequelize): Tables {
  // Sequelize writes the column's name into the object that describes it, so each column needs one of its own.
  const define = (tableName: string, columns: Readonly<Record<string, ModelAttributeColumnOptions>>): Table =>
    sequelize.define(
      tableName,
      Object.fromEntries(Object.entries(columns).map(([attribute, column]) => [attribute, { ...column }])),
      { tableName, timestamps: false, underscored: true },
    );
  return {
    users: define('users', {
      id: textKey,
      sourceId: text,
      origin: text,
      login: text,
      displayName: text,
      givenName: text,
      surname: text,
      description: text,
      telephoneNumber: text,
      state: text,
      missingSince: optionalTime,
      createdAt: time,
      modifiedAt: time,
      admin: text,
      isBlocked: { type: DataTypes.BOOLEAN, allowNull: true },
      passwordCheck: optionalText,
      loginText: optionalText,
      accountCreatedOn: optionalText,
      accountExpiresOn: optionalText,
      rowHash: text,
      readAt: optionalTime,
      defaultsGiven: optionalText,
      passwordOf: optionalText,
      heldSince: optionalText,
    }),
    userAddresses: define('user_addresses', { userId: textKey, position: countKey, address: text }),
    groups: define('groups', {
      id: textKey,
      sourceId: text,
      kind: text,
      name: text,
      displayName: text,
      description: text,
      createdAt: time,
      modifiedAt: time,
    }),
    groupAddresses: define('group_addresses', { groupId: textKey, position: countKey, address: text }),
    groupMembers: define('group_members', { groupId: textKey, position: countKey, member: text }),
    memberships: define('memberships', {
      userId: textKey,
      groupId: textKey,
      direct: { type: DataTypes.BOOLEAN, allowNull: false },
    }),
    userGrants: define('user_grants', { userId: textKey, kind: textKey, name: textKey }),
    syncRuns: define('sync_runs', {
      number: { ...countKey, autoIncrement: true },
      id: text,
      sourceId: text,
      startedAt: time,
      endedAt: time,
      outcome: text,
      summary: text,
      generation: { type: DataTypes.INTEGER, allowNull: true },
    }),
    directoryState: define('directory_state', {
      id: countKey,
      generation: count,
      committedAt: optionalTime,
      runId: optionalText,
    }),
    directoryChanges: define('directory_changes', { generation: countKey, kind: textKey, entryId: textKey }),
    parkedAccounts: define('parked_accounts', {
      sourceId: textKey,
      position: countKey,
      address: text,
      reason: text,
      attempts: count,
      nextTryAt: time,
    }),
    keptNumbers: define('kept_numbers', { id: textKey, number: count }),
    mappingInForce: define('mapping_in_force', { id: countKey, hash: text, since: time }),
    mappingFiles: define('mapping_files', { position: countKey, name: text, content: text }),
    serviceAccounts: define('service_accounts', {
      key: textKey,
      name: text,
      secretId: text,
      digest: text,
      keyCheck: text,
      createdAt: time,
      rotatedAt: time,
    }),
    appPasswords: define('app_passwords', {
      id: textKey,
      number: count,
      userId: text,
      name: text,
      digest: text,
      keyCheck: text,
      listeners: text,
      networks: text,
      createdAt: time,
      lastUsedOn: optionalText,
      removedAt: optionalTime,
    }),
    oidcClients: define('oidc_clients', {
      id: textKey,
      definition: text,
      secretId: optionalText,
      digest: optionalText,
      keyCheck: optionalText,
      createdAt: time,
      rotatedAt: time,
    }),
    signingKeys: define('signing_keys', { id: textKey, use: text, createdAt: time, activeAt: time, sealed: text }),
  };
}
