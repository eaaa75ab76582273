import { DomainError } from '../core/errors.ts';
import { propertyNames, type Reader, toPropertiesOf } from './reader.ts';

/** The oldest server that speaks an interface known here. */
const oldest = { major: 10, minor: 4 };

/**
 * The server's version, for example `14.3.0.3`; undefined when it is not readable (a domain administrator may not).
 * Rejects with `unsupported`, naming both versions, when it is older than 10.4.
 */
export async function readVersion(reader: Reader, signal?: AbortSignal): Promise<string | undefined> {
  const command = 'getserverproperties';
  const envelope = await reader.session.call(command, propertyNames('serverpropertylist', ['C_Version']), { signal });
  if (envelope.type === 'error') {
    reader.log.warn('IceWarp does not tell its version', { uid: envelope.uid });
    return undefined;
  }
  const version = toPropertiesOf(envelope, command, 'the server').text('C_Version')?.trim();
  const [, major, minor] = /^(\d{1,5})(?:\.(\d{1,5}))?/.exec(version ?? '') ?? [];
  if (version === undefined || major === undefined) {
    reader.log.warn('IceWarp does not tell its version');
    return undefined;
  }
  const isOlder = Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor ?? 0) < oldest.minor);
  if (isOlder) {
    const wanted = `${oldest.major}.${oldest.minor}`;
    throw new DomainError(
      'unsupported',
      `the IceWarp server has version ${version.slice(0, 30)}; ${wanted} or newer is needed`,
    );
  }
  return version;
}
