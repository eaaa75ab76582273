import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../../support/programs.ts';
import { makeFolder } from '../../support/sidecar-process.ts';
import { until } from '../../support/until.ts';

const modulesFolder = '/usr/lib/apache2/modules';
const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'headers', 'mime', 'dir'];

/** Why the tests with Apache cannot run here; false when they can. */
export function missingApache(): string | false {
  if (findProgram('apache2') === undefined) return 'apache2 is not installed';
  const file = join(modulesFolder, 'mod_auth_openidc.so');
  return existsSync(file) ? false : 'libapache2-mod-auth-openidc is not installed';
}

/** Apache httpd on a port of its own: everything is for who has signed in, `/audit/` for auditors. */
export interface Apache {
  /** Its own log, for messages of failures. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts Apache with mod_auth_openidc; `settings` are the lines of that module. */
export async function startApache(port: number, settings: readonly string[]): Promise<Apache> {
  const folder = await makeFolder();
  const pages = join(folder.path, 'pages');
  await mkdir(join(pages, 'audit'), { recursive: true });
  await writeFile(join(pages, 'index.html'), '<h1>Inside</h1>');
  await writeFile(join(pages, 'audit', 'index.html'), '<h1>For auditors</h1>');
  // As root it serves as another user, who must get there.
  for (const path of [folder.path, pages, join(pages, 'audit')]) await chmod(path, 0o755);
  const file = join(folder.path, 'apache.conf');
  const logFile = join(folder.path, 'error.log');
  const config = [
    ...modules.map((name) => `LoadModule ${name}_module ${modulesFolder}/mod_${name}.so`),
    `ServerRoot ${folder.path}`,
    'ServerName 127.0.0.1',
    `Listen 127.0.0.1:${port}`,
    `PidFile ${join(folder.path, 'apache.pid')}`,
    `DefaultRuntimeDir ${folder.path}`,
    `ErrorLog ${logFile}`,
    'LogLevel warn auth_openidc:info',
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    `DocumentRoot ${pages}`,
    'TypesConfig /dev/null',
    'AddType text/html .html',
    'DirectoryIndex index.html',
    ...settings,
    '<Location />',
    '  AuthType openid-connect',
    '  Require valid-user',
    '  Header always set X-Seen-User "expr=%{REMOTE_USER}"',
    '  Header always set X-Seen-Groups "%{OIDC_CLAIM_groups}e"',
    '</Location>',
    '<Location /audit>',
    '  Require claim groups:auditors@example.com',
    '</Location>',
  ];
  await writeFile(file, `${config.join('\n')}\n`);
  const child: ChildProcess = spawn(findProgram('apache2') ?? 'apache2', ['-f', file, '-DFOREGROUND'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const log = () => readFile(logFile, 'utf8').catch(() => '');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    await folder.remove();
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Apache ended: ${complaint} ${await log()}`);
      return fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' }).then(
        () => true,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { log, stop };
}
