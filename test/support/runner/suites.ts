import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A Debian package, and the programs in it that tests start (none for a library). */
export interface ForeignPackage {
  readonly name: string;
  readonly programs: readonly string[];
}

/** A folder below test/ whose `*.test.ts` files are run together. */
export interface Suite {
  readonly name: string;
  /** What its tests need beyond npm's packages. */
  readonly packages: readonly ForeignPackage[];
  /** Its files run one at a time, after everybody else's. */
  readonly exclusive: boolean;
  readonly testLimitMs: number;
  readonly fileLimitMs: number;
  /** From the start of its first file. */
  readonly limitMs: number;
}

/** One file to run. */
export interface TestFile {
  readonly suite: Suite;
  /** From the root, with `/`. */
  readonly path: string;
}

/** A foreign program may have to be fetched or built first. */
const buildLimits = { testLimitMs: 60_000, fileLimitMs: 600_000, limitMs: 1_500_000 };
const limits = { testLimitMs: 60_000, fileLimitMs: 180_000, limitMs: 600_000 };
const ldapClients: ForeignPackage = { name: 'ldap-utils', programs: ['ldapsearch', 'ldapwhoami'] };
/** Makes the certificates of tests. */
const openssl: ForeignPackage = { name: 'openssl', programs: ['openssl'] };
/** Its programs lie outside PATH. */
const postgres: ForeignPackage = { name: 'postgresql', programs: ['postgres'] };
/** Checks docker-compose.yml; no container is started. */
const compose: ForeignPackage = { name: 'docker-compose', programs: ['docker-compose'] };
const slapd: ForeignPackage = { name: 'slapd', programs: ['slapd', 'slapadd'] };
const relyingParties: readonly ForeignPackage[] = [
  { name: 'chromium', programs: ['chromium'] },
  { name: 'apache2', programs: ['apache2'] },
  { name: 'libapache2-mod-auth-openidc', programs: [] },
];
/** Servers that ask a directory, and what reads the talk of all of them. */
const ldapServers: readonly ForeignPackage[] = [
  { name: 'dovecot-imapd', programs: ['dovecot'] },
  { name: 'dovecot-ldap', programs: [] },
  { name: 'postfix', programs: ['postmap'] },
  { name: 'postfix-ldap', programs: [] },
  { name: 'sssd-ldap', programs: ['sssd'] },
  { name: 'libnss-sss', programs: [] },
  { name: 'libpam-sss', programs: [] },
  { name: 'pamtester', programs: ['pamtester'] },
  { name: 'tshark', programs: ['tshark'] },
];
/** LDAP in the languages of applications: an import, a login page, Keycloak's Java. */
const ldapLibraries: readonly ForeignPackage[] = [
  openssl,
  { name: 'libsasl2-modules', programs: [] },
  { name: 'python3-ldap', programs: [] },
  { name: 'python3-ldap3', programs: [] },
  { name: 'php-cli', programs: ['php'] },
  { name: 'php-ldap', programs: [] },
  { name: 'default-jdk-headless', programs: ['java', 'javac'] },
];
/** Maven fetches Keycloak itself, and brings the Java that it runs on. */
const keycloak: readonly ForeignPackage[] = [
  { name: 'maven', programs: ['mvn', 'java'] },
  { name: 'unzip', programs: ['unzip'] },
];

/** In the order in which they are begun. A suite whose folder is not there is passed over. */
export const suites: readonly Suite[] = [
  { name: 'architecture', packages: [], exclusive: false, ...limits },
  { name: 'unit', packages: [], exclusive: false, ...limits },
  { name: 'contract', packages: [postgres], exclusive: false, ...limits },
  { name: 'facade', packages: [ldapClients, openssl], exclusive: false, ...limits },
  {
    name: 'integration',
    packages: [
      ...[ldapClients, postgres, slapd, compose],
      ...[...relyingParties, ...ldapServers, ...ldapLibraries, ...keycloak],
    ],
    exclusive: true,
    ...buildLimits,
  },
];

/** The suites of a list whose folder exists below `root`/test. */
export function findSuites(root: string, known: readonly Suite[]): Suite[] {
  return known.filter((suite) => existsSync(join(root, 'test', suite.name)));
}

/** The test files of a suite, sorted. */
export function listTestFiles(root: string, suite: Suite): TestFile[] {
  return readdirSync(join(root, 'test', suite.name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map((path) => ({ suite, path }));
}
