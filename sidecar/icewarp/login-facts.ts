import { setTimeout as sleep } from 'node:timers/promises';
import type { LoginPolicy } from '../core/login/policy.ts';
import type { LoginName } from '../core/names.ts';
import { isAbsence } from './api-errors.ts';
import { createBlockReader } from './block-reader.ts';
import type { IcewarpConnection } from './connection.ts';
import { createHttpApi } from './http-api.ts';
import { readLoginPolicy } from './login-policy.ts';
import { propertyNames, toPropertiesOf } from './reader.ts';
import { ReplyFault } from './reply-fault.ts';
import { createSession } from './session.ts';

/** What the login asks IceWarp as administrator, beside the directory's readings. */
export interface IcewarpLoginFacts {
  /**
   * IceWarp's login policy; undefined when our account has no right to read it or the server gives no possible value.
   * Rejects with `upstream_unavailable` or `forbidden` as any reading does.
   */
  readPolicy(signal?: AbortSignal): Promise<LoginPolicy | undefined>;
  /**
   * Whether the login policy blocks an account now; false when it is gone. Rejects with `upstream_unavailable` when that
   * cannot be read, and as {@link createBlockReader} does.
   */
  isBlocked(login: LoginName): Promise<boolean>;
  /** Resolves within half a second. */
  close(): Promise<void>;
}

/** Few: logins wait for them. */
const concurrency = 4;
const maxWaiting = 16;
const logoutMs = 400;

/** Has a session of its own. Connects at the first call; throws `invalid_input` for a URL or CA file that cannot be used. */
export function createIcewarpLoginFacts(connection: IcewarpConnection): IcewarpLoginFacts {
  const api = createHttpApi(connection, { concurrency, maxWaiting });
  const session = createSession(connection, api);

  async function readBlock(login: LoginName, signal: AbortSignal): Promise<boolean> {
    const command = 'getaccountproperties';
    const about = `account ${login}`;
    const params = [['accountemail', login], ...propertyNames('accountpropertylist', ['U_Blocked'])] as const;
    const envelope = await session.call(command, params, { about, signal });
    if (isAbsence(envelope)) return false;
    const text = toPropertiesOf(envelope, command, about).text('U_Blocked');
    if (text === undefined || !/^[01]?$/.test(text)) {
      throw new ReplyFault('upstream_unavailable', `IceWarp does not tell whether its login policy blocks ${about}`);
    }
    return text === '1';
  }

  return {
    readPolicy: (signal) => readLoginPolicy({ session, log: connection.log }, signal),
    isBlocked: createBlockReader(readBlock),
    async close() {
      // A server that does not answer ends the session by itself, some day.
      await Promise.race([session.close(), sleep(logoutMs, undefined, { ref: false })]);
      await api.close();
    },
  };
}
