import { directoryTables } from './0001-directory.ts';
import { accountFacts } from './0002-account-facts.ts';
import { parkedAccountsTable } from './0003-parked-accounts.ts';
import { runLocksTable } from './0004-run-locks.ts';
import { mappingInForceTables } from './0005-mapping-in-force.ts';
import { linkedPasswords } from './0006-linked-passwords.ts';
import { serviceAccountsTable } from './0007-service-accounts.ts';
import { failureCountersTable } from './0008-failure-counters.ts';
import { auditHeadsTable } from './0009-audit-head.ts';
import { appPasswordsTable } from './0010-app-passwords.ts';
import { heldSince } from './0011-held-since.ts';
import { loginQuestionTables } from './0012-login-questions.ts';
import { directoryChanges } from './0013-directory-changes.ts';
import { expiringEntriesTable } from './0014-expiring-entries.ts';
import { signingKeysTable } from './0015-signing-keys.ts';
import { oidcClientsTable } from './0016-oidc-clients.ts';
import { logoutQueueTable } from './0017-logout-queue.ts';
import { keptNumbersTable } from './0018-kept-numbers.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are applied. Listed by hand: a built package has other file names. */
export const migrations: readonly Migration[] = [
  directoryTables,
  accountFacts,
  parkedAccountsTable,
  runLocksTable,
  mappingInForceTables,
  linkedPasswords,
  serviceAccountsTable,
  failureCountersTable,
  auditHeadsTable,
  appPasswordsTable,
  heldSince,
  loginQuestionTables,
  directoryChanges,
  expiringEntriesTable,
  signingKeysTable,
  oidcClientsTable,
  logoutQueueTable,
  keptNumbersTable,
];
