import type { Domain, ServerSettings } from '../company/model.ts';
import { type Property, toFlagProperty, toStringProperty } from './values.ts';

/** `yyyy/mm/dd` of a date that was never set: day 0 of the original's calendar. */
const unsetDate = '1899/12/30';

/** A property by its name in any case; undefined when there is none of that name. */
export function readDomainProperty(name: string, domain: Domain, server: ServerSettings): Property | undefined {
  switch (name.toLowerCase()) {
    case 'd_aliases':
      return toStringProperty(domain.aliases.join(server.dialect.aliasSeparator === 'newline' ? '\n' : ';'));
    case 'd_description':
      return toStringProperty(domain.description);
    case 'd_disablelogin':
      return toFlagProperty(domain.loginDisabled);
    case 'd_domainvalue':
      return toStringProperty(domain.target);
    case 'd_expires':
      return toFlagProperty(domain.expiresOn !== '');
    case 'd_expireson_date':
      return toStringProperty(domain.expiresOn || unsetDate);
    default:
      return undefined;
  }
}
