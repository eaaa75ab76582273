import assert from 'node:assert/strict';
import { DomainError, type ErrorCode } from '../../../sidecar/core/errors.ts';
import type { LeftOutGroup, SourceDomain, SourceGroup } from '../../../sidecar/core/ports/directory-source.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import type { CallRecord, IcewarpConnection } from '../../../sidecar/icewarp/connection.ts';
import { createIcewarpSource, type IcewarpSourceOptions } from '../../../sidecar/icewarp/source.ts';
import {
  type Asked,
  escapeXml,
  list,
  properties,
  result,
  type Script,
  startServer,
  type WireValue,
} from './scripted-server.ts';

export const servicePassword = 'pa<ss> & "word" ';

export function connectionTo(url: string, over: Partial<IcewarpConnection> = {}): IcewarpConnection {
  return {
    url,
    username: 'svc@corp.test',
    password: new Secret(servicePassword),
    acceptAnyCertificate: false,
    caFile: undefined,
    timeoutMs: 2000,
    log: silentLog,
    ...over,
  };
}

/** Session, rights and version of a well-behaved server; other commands are left to the given script. */
export function withSession(script: Script): Script {
  return (asked) => {
    const own = script(asked);
    if (own !== undefined) return own;
    switch (asked.command) {
      case 'authenticate':
      case 'logout':
        return result('1');
      case 'getsessioninfo':
        return result('<email>svc@corp.test</email><domain>corp.test</domain><admintype>1</admintype>');
      case 'getserverproperties':
        return properties({ C_Version: '14.3.0.3' });
      case 'getaccountproperties':
        return asked.param('accountemail') === 'svc@corp.test' ? properties({ u_admin: '1' }) : undefined;
      default:
        return undefined;
    }
  };
}

/** A server with that script and a source connected to it; `done` closes both. */
export async function startSource(
  script: Script,
  over: Partial<IcewarpConnection> = {},
  options: IcewarpSourceOptions = {},
) {
  const server = await startServer(withSession(script));
  const calls: CallRecord[] = [];
  const connection = connectionTo(server.url, { onCall: (call) => calls.push(call), ...over });
  const source = createIcewarpSource(connection, options);
  const done = async (): Promise<void> => {
    await source.close();
    await server.close();
  };
  return { server, source, calls, done };
}

export const corp: SourceDomain = {
  name: 'corp.test',
  description: '',
  aliases: [],
  loginDisabled: false,
  warnings: [],
};

export function rowOf(address: string, displayName = '') {
  return { address, displayName, enabled: true, kind: 'user' as const };
}

export function accountItem(email: string, name = '', type = 0, state = '0'): string {
  return (
    `<name>${escapeXml(name)}</name><email>${email}</email><displayemail>${email}</displayemail><accounttype>${type}</accounttype>` +
    `<accountstate><classname>TAccountState</classname><state>${state}</state></accountstate><admintype>0</admintype><planid/>`
  );
}

/** Properties of a plain enabled account, with changes. */
export function account(over: Readonly<Record<string, WireValue>> = {}): string {
  return properties({
    A_VCard: { raw: '<propertyval><classname>TPropertyNoValue</classname></propertyval>' },
    A_Name: { raw: '<propertyval><classname>TAccountName</classname><name/><surname/></propertyval>' },
    U_Name: '',
    A_AliasList: [],
    U_Alias: '',
    U_EmailAlias: '',
    U_AliasList: '',
    U_AccountDisabled: '0',
    U_AccountValid: '0',
    U_AccountValidTill_Date: '1899/12/30',
    U_PasswordExpired: '0',
    U_Comment: '',
    U_PhoneAlias: '',
    U_Admin: '0',
    U_DomainAdmin: '0',
    U_WebAdmin: '0',
    U_IsGuestAccount: '0',
    U_Blocked: '0',
    U_AuthMode: '0',
    U_Login: 'al',
    U_Created: '2021/03/04',
    ...over,
  });
}

/** Answers a list command page by page from the given rows. */
export function pagesOf(asked: Asked, rows: readonly string[]): string {
  const offset = Number(asked.param('offset'));
  const count = Number(asked.param('count'));
  return list(rows.slice(offset, offset + count), offset, rows.length);
}

/** Rejects with that code, and a message that holds all of the patterns. */
export function rejectsWith(promise: Promise<unknown>, code: ErrorCode, ...patterns: RegExp[]): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof DomainError, String(error));
    assert.equal(error.code, code, error.message);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

/** The members of a group that is there and served. */
export function membersOf(group: SourceGroup | LeftOutGroup | undefined): readonly string[] {
  assert.ok(group !== undefined && group.kind !== 'left_out');
  return group.members;
}
