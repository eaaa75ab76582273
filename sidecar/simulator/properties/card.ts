import type { Account } from '../company/model.ts';
import { type Property, toStructuredProperty, unsetProperty } from './values.ts';

/** Leaves of `TAccountCard`, in the order in which they are written. */
const leaves = [
  'firstname',
  'lastname',
  'middlename',
  'nickname',
  'title',
  'suffix',
  'fileas',
  'jobtitle',
  'department',
  'companyname',
  'officelocation',
  'managername',
  'email1address',
  'email2address',
  'email3address',
  'businesstelephonenumber',
  'mobiletelephonenumber',
  'hometelephonenumber',
  'businessaddressstreet',
  'businessaddresscity',
  'businessaddressstate',
  'businessaddresspostalcode',
  'businessaddresscountry',
  'webpage',
  'birthday',
] as const;

/**
 * `A_VCard`: given name and surname, unless the card itself says otherwise. Leaves without a value are written empty;
 * leaves of the company file that are not in the list follow it.
 */
export function toCardProperty(account: Account): Property {
  if (account.card === null) return unsetProperty;
  const values: Record<string, string> = {
    firstname: account.givenName,
    lastname: account.surname,
    email1address: account.address,
    ...account.card,
  };
  const names = new Set<string>([...leaves, ...Object.keys(values)]);
  return toStructuredProperty(
    'TAccountCard',
    [...names].map((name) => [name, values[name] ?? '']),
  );
}
