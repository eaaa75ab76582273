import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../../support/programs.ts';
import { type Ended, runProgram } from '../../../support/sidecar-process.ts';
import { copyReadable, makeReadableFolder, startDaemon } from './daemon.ts';
import { findFreePorts } from './free-ports.ts';

export interface DovecotServer {
  readonly imapPort: number;
  /** Asks about a user as a delivery of mail would: by userdb alone. */
  findUser(name: string): Promise<Ended>;
  readLog(): string;
  stop(): Promise<void>;
}

/**
 * Starts Dovecot with IMAP on a free port; `ldapLines` is its `dovecot-ldap.conf.ext`, for passdb and userdb. With the file of an authority
 * it asks over StartTLS, and trusts no other.
 */
export async function startDovecot(ldapLines: readonly string[], authorityFile?: string): Promise<DovecotServer> {
  const folder = await makeReadableFolder();
  const [imapPort = 0] = await findFreePorts(1);
  const file = (name: string) => join(folder.path, name);
  mkdirSync(file('mail'));
  const isRoot = process.getuid?.() === 0;
  const mail = isRoot ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  // Without its own users it cannot shut its parts off from each other.
  const ownUser = isRoot ? [] : await toUnprivileged();
  if (isRoot) chownSync(file('mail'), mail.uid, mail.gid);
  const ldapFile = file('dovecot-ldap.conf.ext');
  const tlsLines = authorityFile === undefined ? [] : demandTls(copyReadable(authorityFile, file('ca.pem')));
  writeFileSync(ldapFile, `${[...ldapLines, ...tlsLines].join('\n')}\n`);
  const ldap = `{\n  driver = ldap\n  args = ${ldapFile}\n}`;
  const lines = [
    `base_dir = ${file('run')}`,
    `state_dir = ${file('state')}`,
    `log_path = ${file('log')}`,
    'protocols = imap',
    'listen = 127.0.0.1',
    'ssl = no',
    'disable_plaintext_auth = no',
    'auth_verbose = yes',
    'auth_failure_delay = 0',
    `mail_location = maildir:${file('mail')}/%u`,
    `mail_home = ${file('mail')}/%u`,
    `mail_uid = ${mail.uid}`,
    `mail_gid = ${mail.gid}`,
    'first_valid_uid = 1',
    'first_valid_gid = 1',
    `service imap-login {\n  inet_listener imap {\n    port = ${imapPort}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}`,
    `passdb ${ldap}`,
    `userdb ${ldap}`,
    // It holds answers back for up to 15 seconds after failures from one address, which would be all of these tests.
    'service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}',
    ...ownUser,
  ];
  writeFileSync(file('dovecot.conf'), `${lines.join('\n')}\n`);
  const readLog = () => {
    try {
      return readFileSync(file('log'), 'utf8');
    } catch {
      return '';
    }
  };
  const daemon = await startDaemon({
    program: findProgram('dovecot') ?? 'dovecot',
    args: ['-F', '-c', file('dovecot.conf')],
    cwd: folder.path,
    // A connection would be a login process of its own.
    isUp: () => /starting up/.test(readLog()),
    readLog,
  }).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  return {
    imapPort,
    findUser: (name) => runProgram(findProgram('doveadm') ?? 'doveadm', ['-c', file('dovecot.conf'), 'user', name]),
    readLog,
    async stop() {
      await daemon.stop();
      await folder.remove();
    },
  };
}

function demandTls(authorityFile: string): string[] {
  return ['tls = yes', 'tls_require_cert = hard', `tls_ca_cert_file = ${authorityFile}`];
}

async function toUnprivileged(): Promise<string[]> {
  const group = (await runProgram('id', ['-gn'])).stdout.trim();
  const user = userInfo().username;
  return [
    `default_internal_user = ${user}`,
    `default_internal_group = ${group}`,
    `default_login_user = ${user}`,
    'service anvil {\n  chroot =\n}',
    'service imap-login {\n  chroot =\n}',
    'service stats {\n  chroot =\n}',
  ];
}
