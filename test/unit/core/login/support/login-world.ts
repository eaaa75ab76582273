import type { LoginPorts } from '../../../../../sidecar/core/login/order.ts';
import {
  createLogin,
  type LoginOutcome,
  type LoginRecord,
  type LoginRequest,
} from '../../../../../sidecar/core/login/order.ts';
import type { LoginName } from '../../../../../sidecar/core/names.ts';
import type { PasswordAnswer } from '../../../../../sidecar/core/ports/authenticator.ts';
import type { Clock } from '../../../../../sidecar/core/ports/clock.ts';
import type { LoginUser, UserDirectory } from '../../../../../sidecar/core/ports/user-directory.ts';
import { Secret } from '../../../../../sidecar/core/secret.ts';

/** A clock that stands until it is moved. */
export class HeldClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): Date {
    return new Date(this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** Moves on, waking whoever is due, and lets what follows from it happen. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.at > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function createUser(login: string, changes: Partial<LoginUser> = {}): LoginUser {
  return {
    id: `id-of-${login}`,
    login: login as LoginName,
    passwordOf: login as LoginName,
    state: 'enabled',
    privileges: ['LogOn', 'ReadOwnArchive'],
    roles: ['auditor'],
    ...changes,
  };
}

/** Users by any of their names; two users under one name make it ambiguous. */
export function createDirectory(names: Readonly<Record<string, readonly LoginUser[]>>): UserDirectory {
  return {
    findByName(name) {
      const users = names[name] ?? [];
      const [user] = users;
      if (user === undefined) return { kind: 'unknown' };
      return users.length > 1 ? { kind: 'ambiguous' } : { kind: 'found', user };
    },
    findById: (id) =>
      Object.values(names)
        .flat()
        .find((user) => user.id === id),
  };
}

export interface LoginWorld {
  readonly clock: HeldClock;
  /** Under which names the mail server was asked. */
  readonly asked: string[];
  readonly records: LoginRecord[];
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  directory: UserDirectory | undefined;
  answer: (name: LoginName, password: Secret) => Promise<PasswordAnswer>;
  login(name: string, password?: string, changes?: Partial<LoginRequest>): Promise<LoginOutcome>;
}

/** A login among doubles: a directory, a mail server that answers as told, a clock that stands. */
export function createLoginWorld(directory: UserDirectory | undefined, ports: Partial<LoginPorts> = {}): LoginWorld {
  const note = (level: string) => (message: string, fields?: unknown) =>
    void world.logged.push({ level, message, fields });
  const world: LoginWorld = {
    clock: new HeldClock(),
    asked: [],
    records: [],
    logged: [],
    directory,
    answer: async () => ({ kind: 'accepted' }),
    login: (name, password = 'right', changes = {}) =>
      login({
        name,
        password: new Secret(password),
        require: ['LogOn'],
        deadlineMs: 3000,
        facade: 'test',
        clientAddress: '192.0.2.7',
        ...changes,
      }),
  };
  const login = createLogin({
    directory: () => world.directory,
    authenticator: {
      checkPassword(name, password) {
        world.asked.push(name);
        return world.answer(name, password);
      },
    },
    clock: world.clock,
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    onOutcome: (record) => world.records.push(record),
    ...ports,
  });
  return world;
}
