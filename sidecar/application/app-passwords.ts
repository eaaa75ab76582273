import { parseAppPasswordName, type StoredAppPassword } from '../core/app-passwords.ts';
import { DomainError } from '../core/errors.ts';
import { checkOfKey, digestSecret, makeSecret } from '../core/made-secret.ts';
import type { Directory, User } from '../core/model.ts';
import type { AppPasswordLimits, AppPasswordStore } from '../core/ports/app-password-store.ts';
import type { AuditLog } from '../core/ports/audit-log.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { SecretKeySource } from '../core/ports/secret-key.ts';
import type { Secret } from '../core/secret.ts';
import { findUser } from './find-user.ts';

/** A user has a handful of clients; and all of them must fit into the memory of a service (some 400 bytes each). */
export const appPasswordLimits: AppPasswordLimits = { perUser: 20, inAll: 100_000 };
const maxPlaces = 20;

export interface AppPasswordPorts {
  readonly directory: Directory;
  readonly passwords: AppPasswordStore;
  readonly key: SecretKeySource;
  readonly clock: Clock;
  /** The LDAP listeners there are. */
  readonly listeners: readonly string[];
  readonly audit: AuditLog | undefined;
  readonly actor: string;
}

export interface NewAppPassword {
  /** As `findUser` takes it. */
  readonly user: string;
  readonly name: string;
  /** Empty: all of them. */
  readonly listeners: readonly string[];
  /** In CIDR notation, checked before. Empty: all of them. */
  readonly networks: readonly string[];
}

/** An app password that was just made. */
export interface IssuedAppPassword {
  readonly user: User;
  readonly password: StoredAppPassword;
  /** To be shown once: nobody can find it out again. */
  readonly secret: Secret;
}

/** One app password as a list shows it. */
export interface AppPasswordLine extends Omit<StoredAppPassword, 'digest' | 'keyCheck' | 'userId'> {
  /** `other_key`: made under a key that is not the present one, so that it lets nobody in. */
  readonly status: 'usable' | 'other_key';
}

/**
 * Makes an app password for a user. Rejects with `not_found` or `conflict` as `findUser`, with `invalid_input` for a name or listener that
 * cannot be, with `conflict` when the name is taken or a limit is reached.
 */
export async function addAppPassword(ports: AppPasswordPorts, given: NewAppPassword): Promise<IssuedAppPassword> {
  const user = findUser(ports.directory, given.user);
  const name = checkName(given.name);
  const listeners = checkListeners(given.listeners, ports.listeners);
  const networks = [...new Set(given.networks)];
  if (networks.length > maxPlaces) throw new DomainError('invalid_input', `at most ${maxPlaces} networks can be named`);
  const key = await ports.key.readOrMake();
  const { id, text } = makeSecret();
  const password: StoredAppPassword = {
    ...{ id, name, listeners, networks },
    userId: user.id,
    digest: digestSecret(key, text),
    keyCheck: checkOfKey(key),
    createdAt: new Date(Math.floor(ports.clock.now().getTime() / 1000) * 1000),
    lastUsedOn: undefined,
  };
  await ports.passwords.add(password, appPasswordLimits);
  tell(ports, 'app_password_added', user, password.id);
  return { user, password, secret: text };
}

/** The app passwords of a user, by name; never the passwords themselves. Rejects as `findUser`. */
export async function listAppPasswords(
  ports: AppPasswordPorts,
  name: string,
): Promise<{ readonly user: User; readonly lines: readonly AppPasswordLine[] }> {
  const user = findUser(ports.directory, name);
  const stored = await ports.passwords.listOf(user.id);
  const key = stored.length === 0 ? undefined : await ports.key.read();
  const present = key === undefined ? undefined : checkOfKey(key);
  const lines = stored.map(({ digest: _, keyCheck, userId: __, ...rest }): AppPasswordLine => {
    return { ...rest, status: keyCheck === present ? 'usable' : 'other_key' };
  });
  return { user, lines };
}

/** Removes an app password for good. Rejects as `findUser`, and with `not_found` when the user has none of that name. */
export async function removeAppPassword(ports: AppPasswordPorts, name: string, passwordName: string): Promise<User> {
  const user = findUser(ports.directory, name);
  const id = await ports.passwords.remove(user.id, passwordName);
  tell(ports, 'app_password_removed', user, id);
  return user;
}

function tell({ audit, clock, actor }: AppPasswordPorts, act: string, user: User, id: string): void {
  audit?.write({ kind: 'act', at: clock.now(), actor, act, target: `${user.login} ${id}` });
}

function checkName(text: string): string {
  const name = parseAppPasswordName(text);
  if (name !== undefined) return name;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new DomainError('invalid_input', `${shown} is no name of an app password; use 1 to 64 printable characters`);
}

function checkListeners(given: readonly string[], known: readonly string[]): readonly string[] {
  const wanted = [...new Set(given)];
  const stranger = wanted.find((name) => !known.includes(name));
  if (stranger === undefined) return wanted;
  const shown = JSON.stringify(stranger.slice(0, 80));
  throw new DomainError('invalid_input', `there is no LDAP listener ${shown}; there are: ${known.join(', ')}`);
}
