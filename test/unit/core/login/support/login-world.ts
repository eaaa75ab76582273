import {
  createLogin,
  type LoginOutcome,
  type LoginPorts,
  type LoginRecord,
  type LoginRequest,
  type LoginService,
} from '../../../../../sidecar/core/login/order.ts';
import type { LoginSettings } from '../../../../../sidecar/core/login/settings.ts';
import type { LoginName } from '../../../../../sidecar/core/names.ts';
import type { AuditEntry } from '../../../../../sidecar/core/ports/audit-log.ts';
import type { PasswordAnswer } from '../../../../../sidecar/core/ports/authenticator.ts';
import type { LoginUser, UserDirectory } from '../../../../../sidecar/core/ports/user-directory.ts';
import { Secret } from '../../../../../sidecar/core/secret.ts';
import { createManualClock, type ManualClock, settleTasks } from '../../../../support/manual-clock.ts';

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
  readonly clock: ManualClock;
  /** Under which names the mail server was asked. */
  readonly asked: string[];
  readonly records: LoginRecord[];
  readonly audited: AuditEntry[];
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  readonly service: LoginService;
  directory: UserDirectory | undefined;
  answer: (name: LoginName, password: Secret, code: Secret | undefined, signal: AbortSignal) => Promise<PasswordAnswer>;
  /** Begins a login; time stands still. */
  start(name: string, password?: string, changes?: Partial<LoginRequest>): Promise<LoginOutcome>;
  /** A login from beginning to end: time passes as long as it takes. */
  login(name: string, password?: string, changes?: Partial<LoginRequest>): Promise<LoginOutcome>;
  /** Like `login`, with the milliseconds it took. */
  timed(name: string, password?: string, changes?: Partial<LoginRequest>): Promise<readonly [LoginOutcome, number]>;
  /** Lets time pass, from one awaited moment to the next. */
  pass(ms: number): Promise<void>;
}

export type WorldOptions = Partial<Omit<LoginPorts, 'clock'>> & {
  readonly settings?: LoginSettings;
  readonly clock?: ManualClock;
};

/** A login among doubles: a directory, a mail server that answers as told, a clock that stands. */
export function createLoginWorld(directory: UserDirectory | undefined, options: WorldOptions = {}): LoginWorld {
  const { settings, clock = createManualClock(), ...ports } = options;
  const note = (level: string) => (message: string, fields?: unknown) =>
    void world.logged.push({ level, message, fields });
  const start: LoginWorld['start'] = (name, password = 'right', changes = {}) =>
    service({
      name,
      password: new Secret(password),
      require: ['LogOn'],
      deadlineMs: 3000,
      facade: 'test',
      clientAddress: '192.0.2.7',
      ...changes,
    });
  const service = createLogin(
    {
      directory: () => world.directory,
      authenticator: {
        checkPassword(name, password, code, signal) {
          world.asked.push(name);
          return world.answer(name, password, code, signal as AbortSignal);
        },
      },
      clock,
      log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
      audit: { write: (entry) => void world.audited.push(entry) },
      onOutcome: (record) => world.records.push(record),
      ...ports,
    },
    settings,
  );
  const timed: LoginWorld['timed'] = async (...input) => {
    const began = clock.now().getTime();
    let ended: readonly [LoginOutcome, number] | undefined;
    void start(...input).then((outcome) => {
      ended = [outcome, clock.now().getTime() - began];
    });
    await settleTasks();
    while (ended === undefined) await clock.advance(nextMoment(clock));
    return ended;
  };
  const world: LoginWorld = {
    clock,
    asked: [],
    records: [],
    audited: [],
    logged: [],
    service,
    directory,
    answer: async () => ({ kind: 'accepted' }),
    start,
    timed,
    login: async (...input) => (await timed(...input))[0],
    pass: (ms) => passTime(clock, ms),
  };
  return world;
}

/** Lets time pass, from one awaited moment to the next. */
export async function passTime(clock: ManualClock, ms: number): Promise<void> {
  const end = clock.now().getTime() + ms;
  await settleTasks();
  for (let rest = ms; rest > 0; rest = end - clock.now().getTime()) {
    await clock.advance(Math.min(rest, Math.max(1, Math.min(rest, ...clock.pending()))));
  }
}

function nextMoment(clock: ManualClock): number {
  const pending = clock.pending();
  if (pending.length === 0) throw new Error('nobody waits for anything: this login would never end');
  return Math.max(1, Math.min(...pending));
}
