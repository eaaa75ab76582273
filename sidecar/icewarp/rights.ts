import { DomainError, messageOf } from '../core/errors.ts';
import type { AdminKind } from '../core/ports/directory-source.ts';
import { adminSwitches } from './account-facts.ts';
import { propertyNames, type Reader, toPropertiesOf } from './reader.ts';
import { readReply, sessionInfo } from './replies.ts';

const adminProperties = adminSwitches.map(([name]) => name);

/**
 * Makes sure that the service account is an administrator. Any account gets a session, and what one without rights
 * reads is not known to be an error: it may be an empty list. Rejects with `forbidden` when it is none.
 *
 * The account's own properties decide. Sources disagree on the numbers of `admintype`, so that one speaks only where
 * the properties are silent, and there only by being 0 (an ordinary user) or not. Gives the kind of administrator;
 * undefined when the server does not tell it.
 */
export async function checkAdministrator(reader: Reader, signal?: AbortSignal): Promise<AdminKind | undefined> {
  const { session, log } = reader;
  const about = `the service account ${session.username}`;
  const info = await session.call('getsessioninfo', [], { about, signal });
  const { email, admintype } =
    info.type === 'result'
      ? readReply(sessionInfo, info.result, 'getsessioninfo', about)
      : { email: '', admintype: undefined };
  const reply = await session.call(
    'getaccountproperties',
    [
      ['accountemail', email === '' ? session.username : email],
      ...propertyNames('accountpropertylist', adminProperties),
    ],
    { about, signal },
  );
  let answers: readonly (string | undefined)[];
  try {
    const properties = toPropertiesOf(reply, 'getaccountproperties', about);
    answers = adminProperties.map((name) => properties.text(name));
  } catch (error) {
    if (admintype === undefined || !(error instanceof DomainError)) throw error;
    log.warn('IceWarp does not tell the rights of the service account', { reason: messageOf(error), admintype });
    answers = [undefined];
  }
  const mightiest = answers.findIndex((answer) => answer !== undefined && answer !== '' && answer !== '0');
  if (mightiest !== -1) return adminSwitches[mightiest]?.[1];
  if (answers.some((answer) => answer === undefined) && admintype !== 0) {
    if (admintype !== undefined) return undefined;
    log.warn('IceWarp does not tell whether the service account is an administrator', { username: session.username });
    return undefined;
  }
  const remedy = 'make it one in IceWarp (User, Administrator), or name another account in icewarp.username';
  throw new DomainError('forbidden', `the service account ${session.username} is no administrator; ${remedy}`);
}
