import { splitAddress } from '../company/addresses.ts';

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];

/**
 * Whether a new password for an address meets the policy of the original as it was seen: letters in both cases, a digit,
 * a special character, and not the name of the account in it.
 */
export function isPasswordAllowed(password: string, address: string): boolean {
  const local = splitAddress(address).local.toLowerCase();
  return classes.every((one) => one.test(password)) && !password.toLowerCase().includes(local);
}
