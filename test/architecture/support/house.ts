/** One room of the house: what its files may lean on. Paths count from the root of the repository. */
export interface Room {
  /** How messages call it. */
  readonly name: string;
  /** Whether a file stands in this room. */
  readonly holds: (path: string) => boolean;
  /** Files outside the room that it may import: prefixes, a folder's ending in `/`. */
  readonly mayImport: readonly string[];
  /** Third-party packages, or `declared`: whatever package.json names, devDependencies included. */
  readonly packages: readonly string[] | 'declared';
  /** Modules of Node, or `any`. */
  readonly nodeModules: readonly string[] | 'any';
}

const core = 'sidecar/core/';
const observe = 'sidecar/observe/';
const belowFacades = [core, 'sidecar/directory/', 'sidecar/application/', observe, 'sidecar/host/'];
const everyRoom = [
  ...belowFacades,
  'sidecar/config/',
  'sidecar/sync/',
  'sidecar/icewarp/',
  'sidecar/storage/',
  'sidecar/notify/',
  'sidecar/facade/',
  'sidecar/simulator/',
  'sidecar/demo/',
  'plugin/',
];

/** What a facade may use besides express and zod: the library of its own protocol. */
const facadePackages: Readonly<Record<string, readonly string[]>> = {
  ldap: [],
  oidc: ['oidc-provider', 'preact-render-to-string', 'htm'],
  console: ['openid-client', 'preact-render-to-string', 'htm'],
  api: [],
  scim: [],
};

const compositionFile = /^sidecar\/(app|app-[a-z0-9-]+|[a-z0-9-]+-thread)\.ts$/;

/** From the bottom up; imports only go down, and never to a neighbour on the same floor. */
export const rooms: readonly Room[] = [
  folder('sidecar/core/', [], [], ['node:crypto']),
  folder('sidecar/directory/', [core], []),
  folder('sidecar/config/', [core], ['zod', 'yaml', 'ldapjs']),
  folder('sidecar/observe/', [core], ['pino', 'prom-client']),
  folder('sidecar/sync/', [core, observe, 'sidecar/directory/'], []),
  folder('sidecar/application/', [core, observe], []),
  folder('sidecar/host/', [core, observe], ['express', 'helmet', 'passport', 'passport-custom']),
  folder('sidecar/icewarp/', [core, observe], ['undici', 'fast-xml-parser', 'zod']),
  folder('sidecar/storage/', [core, observe], ['sequelize', 'sqlite3', 'pg', 'umzug']),
  folder('sidecar/notify/', [core, observe], ['undici', 'nodemailer']),
  ...Object.entries(facadePackages).map(([protocol, packages]) =>
    folder(`sidecar/facade/${protocol}/`, belowFacades, [...packages, 'express', 'zod']),
  ),
  folder('sidecar/simulator/', [], ['express', 'yaml']),
  folder('sidecar/demo/', [core], ['express', 'openid-client', 'preact-render-to-string', 'htm']),
  folder(
    'plugin/',
    [core, 'sidecar/application/', 'sidecar/config/mapping-files.ts', observe],
    ['@keycloak/keycloak-admin-client', 'undici', 'zod'],
  ),
  {
    name: 'composition (sidecar/app.ts, sidecar/app-*.ts, sidecar/*-thread.ts)',
    holds: (path) => compositionFile.test(path),
    mayImport: everyRoom,
    packages: [],
    nodeModules: 'any',
  },
  folder('sidecar/cli/', [...everyRoom, 'sidecar/app'], ['commander', 'ldapjs']),
  {
    name: 'sidecar/main.ts',
    holds: (path) => path === 'sidecar/main.ts',
    mayImport: [...everyRoom, 'sidecar/app', 'sidecar/cli/'],
    packages: [],
    nodeModules: 'any',
  },
  { ...folder('test/', ['sidecar/', 'plugin/'], []), packages: 'declared' },
];

/** The room a file stands in; undefined when the house has none for it. */
export function findRoom(path: string): Room | undefined {
  return rooms.find((room) => room.holds(path));
}

function folder(
  path: string,
  mayImport: readonly string[],
  packages: readonly string[],
  nodeModules: readonly string[] | 'any' = 'any',
): Room {
  return { name: path, holds: (file) => file.startsWith(path), mayImport, packages, nodeModules };
}

/** Longest file, in lines: 200 is the aim, this the point where a file has to be split. */
export function maxLinesOf(path: string): number {
  return path.startsWith('test/') ? 400 : 260;
}

/** The only place that may read `process.env` and `process.argv`; tests may as well. */
export function mayReadProcess(path: string): boolean {
  return path === 'sidecar/main.ts' || path.startsWith('test/');
}

/** `node:test` takes a reporter from a module's default export and from nowhere else. */
export const defaultExportAllowed: ReadonlySet<string> = new Set(['test/support/runner/reporter.ts']);

/** Files that a person, Node or the test runner starts: everything else must be reached from one of them. */
export function isEntry(path: string): boolean {
  return (
    path === 'sidecar/main.ts' ||
    /^test\/.*\.(test|bench|fuzz)\.ts$/.test(path) ||
    /^test\/((bench|fuzz|keycloak-matrix)\/)?run\.ts$/.test(path)
  );
}
