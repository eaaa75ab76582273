import { type Account, blankAccount } from './model.ts';
import { type NamePool, namePools } from './name-pool.ts';
import type { Random } from './random.ts';

/** Values that parsers like to change on the way. */
const awkwardTexts = [
  '007',
  'true',
  '  both ends  ',
  '&lt;tag&gt;',
  '\u00a0no-break\u00a0',
  'a]]>b',
  '1e3',
  'two\nlines',
];

/**
 * User number `index` (from 1) of a generated company. Names come from the random numbers, everything else from the
 * number, so that a test can tell from the address what to expect:
 *
 * - password: `<local part>-demo`, always;
 * - number modulo 50 is 7: disabled; modulo 400 is 21, 22, 23: states 2, 3 and 4; modulo 200 is 31: expired;
 *   modulo 200 is 41: password expired; modulo 100 is 13: second factor (code 123456 is right);
 *   modulo 1000 is 77: blocked;
 * - modulo 4 is 2: an alias; modulo 500 is 42: an all-numeric local part with leading zeros; modulo 1000 is 500: a local
 *   part beyond ASCII; modulo 40 is 1: a decomposed name; modulo 60 is 2: an emoji; modulo 25 is 3: an awkward comment.
 */
export function generateUser(index: number, domain: string, random: Random): Account {
  const pool: NamePool = random.pick(namePools);
  const [given, givenAscii] = random.pick(pool.given);
  const [surname, surnameAscii] = random.pick(pool.surnames);
  const local = localPartOf(index, `${givenAscii}.${surnameAscii}`);
  const written = index % 60 === 2 ? `${given} 🌻` : given;
  const displayName = pool.surnameFirst ? `${surname} ${written}` : `${written} ${surname}`;
  return {
    ...blankAccount,
    address: `${local}@${domain}`,
    displayName: index % 40 === 1 ? displayName.normalize('NFD') : displayName,
    givenName: written,
    surname,
    password: `${local}-demo`,
    aliases: index % 4 === 2 ? [`alias${index}`] : blankAccount.aliases,
    comment: index % 25 === 3 ? (awkwardTexts[index % awkwardTexts.length] ?? '') : '',
    phone: index % 3 === 0 ? `+1 555 ${String(index).padStart(6, '0')}` : '',
    created: `20${10 + random.below(15)}/0${1 + random.below(9)}/${10 + random.below(19)}`,
    ...stateOf(index),
  };
}

function localPartOf(index: number, names: string): string {
  if (index % 500 === 42) return String(index).padStart(8, '0');
  if (index % 1000 === 500) return `jörg${index}`;
  return `${names}${index}`;
}

function stateOf(index: number): Partial<Account> {
  if (index % 50 === 7) return { state: 'disabled' };
  if (index % 400 === 21) return { state: 'disabled_no_mail' };
  if (index % 400 === 22) return { state: 'disabled_tarpit' };
  if (index % 400 === 23) return { state: 'domain_disabled' };
  if (index % 200 === 31) return { validTill: '2020/12/31' };
  if (index % 200 === 41) return { passwordExpired: true };
  if (index % 100 === 13) return { secondFactor: { secret: 'JBSWY3DPEHPK3PXP', fixedCode: '123456' } };
  if (index % 1000 === 77) return { blocked: true };
  return {};
}
