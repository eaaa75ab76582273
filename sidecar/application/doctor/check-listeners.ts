import { messageOf } from '../../core/errors.ts';
import { type Finding, fail, ok, oneLine, warn } from './finding.ts';
import { type LdapVisits, type ListenerPlace, nameOf, ownVendor, type ShownTls, visit } from './listener-visits.ts';
import type { Check } from './run-checks.ts';

/** OpenSSL's codes for a certificate whose authority is not among those asked. */
const unknownAuthority: ReadonlySet<string> = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

/** Each listener as a client meets it: connection, TLS, certificate, the root DSE. No password is sent. */
export function checkListeners(options: {
  readonly places: readonly ListenerPlace[];
  readonly visits: LdapVisits;
  readonly baseDn: string;
  /** Whether `visits` asks the authority that clients have been given. */
  readonly hasAuthority: boolean;
  readonly now: () => Date;
}): Check {
  const { places, visits, baseDn, hasAuthority, now } = options;
  const remedy = 'see the finding on its port, and the log of the service at level debug';

  async function look(place: ListenerPlace): Promise<readonly Omit<Finding, 'check'>[]> {
    const findings: Omit<Finding, 'check'>[] = [];
    const where = nameOf(place);
    if (place.tls !== 'none') {
      const shown = await visits.lookAtTls(place);
      const way = place.tls === 'starttls' ? 'StartTLS' : 'TLS';
      findings.push(judge(`${where} speaks ${shown.protocol} by ${way}`, place, shown));
    }
    const { vendor, bases } = await visit(visits, place, (opened) => opened.readRootDse());
    if (vendor !== ownVendor) {
      const other = vendor === '' ? 'another LDAP server' : `another LDAP server, ${oneLine(vendor)}`;
      findings.push(fail(`${where} is ${other}`, 'see the finding on its port'));
    } else if (!bases.includes(baseDn)) {
      const found = `${where} serves ${oneLine(bases.join(', '))}, the settings say ${baseDn}`;
      findings.push(warn(found, 'restart the service if ldap.baseDn was changed'));
    } else findings.push(ok(`${where} answers and serves ${baseDn}`));
    return findings;
  }

  function judge(way: string, place: ListenerPlace, shown: ShownTls): Omit<Finding, 'check'> {
    const { names, validUntil, distrust, wrongName, fingerprint } = shown;
    const text = `${way}; the certificate is for ${oneLine(names.join(', ')) || 'no name'}`;
    if (validUntil.getTime() <= now().getTime())
      return fail(`${text} and ended on ${validUntil.toISOString()}`, `renew the files of ${place.section}`);
    if (wrongName !== undefined)
      return fail(`${text}: ${oneLine(wrongName)}`, 'get a certificate for the name that clients use');
    if (place.certificateOfFile !== undefined && place.certificateOfFile !== fingerprint)
      return warn(
        `${text}, and is not the one in the file of ${place.section}`,
        'see the part `certificates` of /health/ready for why the new one is not used, or restart the service after a change of settings',
      );
    if (distrust === undefined) return ok(`${text} and is trusted`);
    if (hasAuthority || !unknownAuthority.has(distrust)) {
      const order = 'the certificate first, then those of its issuers';
      return fail(`${text} and is not trusted: ${distrust}`, `write the whole chain into certFile, ${order}`);
    }
    return warn(
      `${text}, by an authority that this machine does not know (${distrust})`,
      'give clients the file of the authority, and name it here (--ca FILE) to check what they check',
    );
  }

  return {
    name: 'listeners',
    remedy,
    async run(find) {
      for (const place of places) {
        if (place.port === 0) continue;
        if (place.obstacle !== undefined) {
          find(warn(`${nameOf(place)} was not tried: ${place.obstacle}`, 'try it from a client’s machine'));
          continue;
        }
        try {
          for (const finding of await look(place)) find(finding);
        } catch (error) {
          find(fail(`${nameOf(place)}: ${oneLine(messageOf(error))}`, remedy));
        }
      }
    },
  };
}
