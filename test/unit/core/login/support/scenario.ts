import type { LoginPorts } from '../../../../../sidecar/core/login/order.ts';
import type { LoginPolicy } from '../../../../../sidecar/core/login/policy.ts';
import { defaultLoginSettings, type LoginSettings } from '../../../../../sidecar/core/login/settings.ts';
import type { LoginName } from '../../../../../sidecar/core/names.ts';
import { Secret } from '../../../../../sidecar/core/secret.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { createFakeIcewarp, type FakeIcewarpOptions } from './fake-icewarp.ts';
import { createDirectory, createLoginWorld, createUser } from './login-world.ts';

export const users = ['bob', 'alice', ...Array.from({ length: 100 }, (_, number) => `user${number}`)];
const address = (name: string) => `${name}@example.com`;

export interface ScenarioOptions extends FakeIcewarpOptions {
  readonly settings?: Partial<LoginSettings>;
  readonly ports?: Partial<Omit<LoginPorts, 'clock'>>;
}

/** A company whose passwords are `NAME-right`, an IceWarp with a login policy, and a login that knows that policy. */
export function createScenario(options: ScenarioOptions = {}) {
  const clock = createManualClock();
  const passwords = Object.fromEntries([...users, 'admin'].map((name) => [address(name), `${name}-right`]));
  const icewarp = createFakeIcewarp(clock, passwords, options);
  const { mode = 'delay', attempts = 5, blockMs = 600_000 } = options;
  const policy: LoginPolicy | undefined =
    mode === 'off' ? undefined : { isEnabled: true, attempts, blockPeriodMs: blockMs, mode };
  const directory = createDirectory({
    ...Object.fromEntries(users.map((name) => [address(name), [createUser(address(name))]])),
    'carol@example.com': [createUser('carol@example.com', { state: 'disabled' })],
    'erin@example.com': [createUser('erin@example.com', { privileges: [] })],
  });
  const world = createLoginWorld(directory, {
    clock,
    authenticator: icewarp,
    canary: { login: 'admin@example.com' as LoginName, password: new Secret('admin-right') },
    policy: () => policy,
    settings: { ...defaultLoginSettings, ...options.settings },
    ...options.ports,
  });
  return {
    ...{ clock, icewarp, world },
    /** Questions about people, or about one. */
    questions: (name?: string) =>
      icewarp.questions.filter((asked) =>
        name === undefined ? asked !== 'admin@example.com' : asked === address(name),
      ).length,
    /** What became of a login, in one word or two. */
    async outcome(name: string, password: string, changes = {}): Promise<string> {
      const outcome = await world.login(name.includes('@') ? name : address(name), password, changes);
      return outcome.kind === 'could_not_tell' ? outcome.reason : outcome.kind;
    },
  };
}
