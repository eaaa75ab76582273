import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../support/programs.ts';
import { copyReadable, isListening, makeReadableFolder, startDaemon } from './daemon.ts';
import { findFreePorts } from './free-ports.ts';

export interface ApacheServer {
  /** The status of a page behind Basic authentication, and the page. */
  get(path: string, name?: string, password?: string): Promise<{ readonly status: number; readonly text: string }>;
  readLog(): string;
  stop(): Promise<void>;
}

export interface ApacheOptions {
  /** What each folder demands, as in httpd.conf; `/` holds for all. A folder has one page, which says who asks by server-side include. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  /** Whom it trusts where it asks over TLS. */
  readonly authorityFile: string;
  /** Lines of the server's own level. */
  readonly lines?: readonly string[];
}

const moduleFolder = '/usr/lib/apache2/modules';
const modules = [
  'mpm_prefork',
  'authn_core',
  'authz_core',
  'authz_user',
  'auth_basic',
  'ldap',
  'authnz_ldap',
  'mime',
  'filter',
  'include',
  'dir',
];

/** Starts httpd with mod_authnz_ldap on a free port. One process answers, so that its caches and connections can be told of. */
export async function startApache({ places, authorityFile, lines = [] }: ApacheOptions): Promise<ApacheServer> {
  const folder = await makeReadableFolder();
  const [port = 0] = await findFreePorts(1);
  const file = (name: string) => join(folder.path, name);
  const page = '<!--#echo var="REMOTE_USER" -->|<!--#echo var="AUTHENTICATE_DISPLAYNAME" -->\n';
  const sections = Object.entries(places).map(([path, demands]) => {
    mkdirSync(file(`pages${path}`), { recursive: true });
    writeFileSync(file(`pages${path}/index.shtml`), page);
    return `<Location "${path}">\n${demands.map((line) => `  ${line}\n`).join('')}</Location>`;
  });
  mkdirSync(file('run'));
  const text = [
    `ServerRoot ${folder.path}`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    `PidFile ${file('run/pid')}`,
    `DefaultRuntimeDir ${file('run')}`,
    `Mutex file:${file('run')} default`,
    `ErrorLog ${file('error.log')}`,
    'LogLevel info',
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    ...modules.map((name) => `LoadModule ${name}_module ${moduleFolder}/mod_${name}.so`),
    'StartServers 1',
    'MinSpareServers 1',
    'MaxSpareServers 1',
    'MaxRequestWorkers 1',
    'TypesConfig /dev/null',
    'AddType text/html .shtml',
    `DocumentRoot ${file('pages')}`,
    'DirectoryIndex index.shtml',
    `<Directory ${file('pages')}>\n  Options +Includes\n  AddOutputFilter INCLUDES .shtml\n</Directory>`,
    `LDAPTrustedGlobalCert CA_BASE64 ${copyReadable(authorityFile, file('ca.pem'))}`,
    ...lines,
    ...sections,
  ];
  writeFileSync(file('httpd.conf'), `${text.join('\n')}\n`);
  const readLog = () => {
    try {
      return readFileSync(file('error.log'), 'utf8');
    } catch {
      return '';
    }
  };
  const daemon = await startDaemon({
    program: findProgram('apache2') ?? 'apache2',
    args: ['-f', file('httpd.conf'), '-DFOREGROUND'],
    cwd: folder.path,
    isUp: () => isListening(port),
    readLog,
  }).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  return {
    async get(path, name, password) {
      const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
      const headers = { connection: 'close', ...(name !== undefined && { authorization }) };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, signal: AbortSignal.timeout(20_000) });
      return { status: response.status, text: (await response.text()).trim() };
    },
    readLog,
    async stop() {
      await daemon.stop();
      await folder.remove();
    },
  };
}
