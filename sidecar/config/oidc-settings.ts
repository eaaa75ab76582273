import { oidcClientList } from './oidc-client-types.ts';
import { darkColor, localText, pageLanguages } from './page-types.ts';
import { optionalSetting, setting } from './setting.ts';
import { oneOf, path, wholeNumber } from './setting-types.ts';

/** Settings of the OIDC facade. */
export const oidcSettingTree = {
  clients: setting(oidcClientList, '[]', 'Applications that log users in. More can be made with `clients add`.'),
  keys: {
    rotateDays: setting(
      wholeNumber(0, 3650),
      '90',
      'How long a signing key is used before the next one takes its place; 0 = until `oidc-keys rotate`.',
    ),
  },
  lifetimes: {
    sessionHours: setting(
      wholeNumber(1, 8_760),
      '12',
      'How long a sign-in in the browser holds; each application that uses it renews it.',
    ),
    accessTokenMinutes: setting(
      wholeNumber(1, 1_440),
      '30',
      'How long an application may ask for the claims of a user.',
    ),
    idTokenMinutes: setting(wholeNumber(1, 1_440), '60', 'What an ID token says of its own end.'),
    refreshTokenDays: setting(
      wholeNumber(1, 3_650),
      '14',
      'How long an application can go on without the user, counted from the sign-in, however often it renews its token.',
    ),
    loginPageMinutes: setting(wholeNumber(1, 1_440), '60', 'How long an open login page can be used.'),
  },
  page: {
    title: setting(localText, 'IceWarp', 'Who asks people to sign in: the name of your company or service.'),
    note: optionalSetting(localText, 'A sentence below the form, such as where help is to be had.'),
    color: setting(darkColor, '#1d4e89', 'Colour of buttons and links.'),
    logoFile: optionalSetting(path, 'Picture above the form (PNG, JPEG, GIF, WebP or SVG, 256 KiB at most).'),
    language: setting(oneOf(...pageLanguages), 'en', 'Language for browsers that ask for none of these.'),
  },
} as const;
