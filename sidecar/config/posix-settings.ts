import { quote } from './faults.ts';
import { setting } from './setting.ts';
import { textType, wholeNumber } from './setting-types.ts';

/** Many programs and network file systems take the number of a user for a signed word. */
const largest = 2_147_483_647;

const absolutePath = (label: string) =>
  textType(label, 'path', (text) =>
    /^\/[^\p{Cc}:]{0,254}$/u.test(text)
      ? { value: text }
      : { fault: `${quote(text)} is no path; write one that begins with / and has no colon` },
  );

/** How the profiles `sssd` and `dovecot` show users and groups to Unix hosts. */
export const posixSettingTree = {
  firstNumber: setting(
    wholeNumber(1000, largest),
    '1900000000',
    'Numbers of users and groups on Unix hosts, made from their UUIDs, begin here. Files belong to numbers: choose the range once.',
  ),
  lastNumber: setting(wholeNumber(1000, largest), '2099999999', 'The last of those numbers.'),
  homeDirectory: setting(
    absolutePath('path of a home directory'),
    '/home/%u',
    "Home directory; `%u` is the user's name.",
  ),
  loginShell: setting(absolutePath('path of a shell'), '/bin/bash', 'Login shell.'),
};
