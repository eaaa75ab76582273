import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../support/programs.ts';
import { type Ended, makeFolder, runProgram } from '../../../support/sidecar-process.ts';
import { startDaemon } from './daemon.ts';

/** A Linux host whose accounts come from SSSD: a mount namespace of its own, so that the machine's files stay as they are. */
export interface SssdHost {
  /** Runs a program on that host. */
  run(program: string, args: readonly string[], input?: string): Promise<Ended>;
  /** Logs in through PAM and looks whether the account may be used: the status of pamtester and what it says. */
  logIn(name: string, password: string): Promise<Ended>;
  /** What SSSD has logged. */
  readLog(): Promise<string>;
  stop(): Promise<void>;
}

/** The reason why none can be started here; false when one can. */
export function missingSssd(): string | false {
  if (process.getuid?.() !== 0) return 'a mount namespace needs root';
  const missing = ['sssd', 'unshare', 'nsenter', 'getent', 'pamtester'].filter(
    (name) => findProgram(name) === undefined,
  );
  return missing.length === 0 ? false : `${missing.join(', ')} not installed`;
}

const pamService = 'sidecar-test';
/** Where SSSD keeps what it makes; all of it must be there. */
const stateFolders = [
  'db',
  'mc',
  'pipes/private',
  'pubconf/krb5.include.d',
  'gpo_cache',
  'deskprofile',
  'keytabs',
  'secrets',
];

/** Starts it. `lines` are those of the one domain's section in sssd.conf. */
export async function startSssd(lines: readonly string[]): Promise<SssdHost> {
  const folder = await makeFolder();
  const file = (name: string) => join(folder.path, name);
  mkdirSync(file('pam.d'));
  mkdirSync(file('sssd'));
  for (const name of stateFolders) mkdirSync(join(file('state'), name), { recursive: true });
  writeFileSync(
    file('nsswitch.conf'),
    'passwd: files sss\ngroup: files sss\ninitgroups: files sss\nhosts: files dns\n',
  );
  const kinds = ['auth', 'account', 'session'];
  writeFileSync(join(file('pam.d'), pamService), kinds.map((kind) => `${kind} required pam_sss.so\n`).join(''));
  writeFileSync(join(file('pam.d'), 'other'), kinds.map((kind) => `${kind} required pam_deny.so\n`).join(''));
  const configuration = [
    '[sssd]',
    'services = nss, pam',
    'domains = icewarp',
    '[nss]',
    // A list made while there was nothing yet would be kept for two minutes.
    'enum_cache_timeout = 1',
    '[pam]',
    '[domain/icewarp]',
    ...lines,
  ];
  writeFileSync(join(file('sssd'), 'sssd.conf'), `${configuration.join('\n')}\n`, { mode: 0o600 });
  const script = [
    'set -e',
    'mount -t tmpfs -o mode=755 tmpfs /run',
    'mount -t tmpfs -o mode=750 tmpfs /var/log/sssd',
    `mount --bind ${file('state')} /var/lib/sss`,
    `mount --bind ${file('sssd')} /etc/sssd`,
    `mount --bind ${file('pam.d')} /etc/pam.d`,
    `mount --bind ${file('nsswitch.conf')} /etc/nsswitch.conf`,
    'exec "$0" -i --logger=files',
  ].join('\n');
  const daemon = await startDaemon({
    program: findProgram('unshare') ?? 'unshare',
    args: ['--mount', '--propagation', 'private', '/bin/sh', '-c', script, findProgram('sssd') ?? 'sssd'],
    cwd: '/',
    isUp: () => ['nss', 'pam'].every((name) => existsSync(join(file('state'), 'pipes', name))),
  }).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  const host: SssdHost = {
    run: (program, args, input) =>
      runProgram(findProgram('nsenter') ?? 'nsenter', ['--mount', `--target=${daemon.pid}`, '--', program, ...args], {
        ...(input !== undefined && { input }),
      }),
    logIn: (name, password) => host.run('pamtester', [pamService, name, 'authenticate', 'acct_mgmt'], `${password}\n`),
    readLog: async () => (await host.run('/bin/sh', ['-c', 'cat /var/log/sssd/*.log'])).stdout,
    async stop() {
      await daemon.stop();
      await folder.remove();
    },
  };
  return host;
}
