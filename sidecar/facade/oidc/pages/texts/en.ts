import type { PageTexts } from './page-texts.ts';

export const en: PageTexts = {
  languageName: 'English',
  chooseLanguage: 'Language',

  signIn: 'Sign in',
  signInTo: (client) => `Sign in to ${client}`,
  name: 'E-mail address',
  nameHint: 'The address of your mailbox, as in your mail program.',
  password: 'Password',
  submitSignIn: 'Sign in',
  cancel: 'Cancel',
  otherAccount: 'You are signed in with an account that this application does not admit. Sign in with another one.',

  problem: 'That did not work',
  refused: 'The name or the password is wrong, or this account may not sign in here.',
  nameMissing: 'Enter your e-mail address.',
  passwordMissing: 'Enter your password.',
  unavailable: 'The mail server does not answer. Try again.',
  undecided: 'The mail server has not said yet whether the password is right. Wait a moment, then try again.',
  tooLate: 'That took too long. Enter your password again.',

  checking: 'Still checking',
  checkingText: 'The mail server takes its time to check the password. This page continues by itself.',
  checkNow: 'Look now',

  code: 'Second factor',
  codeText: 'Your account is protected by a second factor. Enter the code that your app shows.',
  codeField: 'Code',
  codeRefused: 'The code was not accepted. Enter the one that your app shows now.',
  codeMissing: 'Enter the code.',
  submitCode: 'Continue',

  consent: (client) => `Allow ${client}?`,
  consentText: 'The application asks for:',
  scopes: {
    openid: 'who you are',
    profile: 'your name',
    email: 'your e-mail address',
    phone: 'your telephone number',
    groups: 'the groups you are in',
    roles: 'your roles',
    archive: 'your rights in the mail archive',
    offline_access: 'access while you are away',
  },
  otherScope: (scope) => `access called “${scope}”`,
  allow: 'Allow',
  deny: 'Do not allow',

  signedIn: 'One moment',
  signedInText: 'You are taken back to the application.',
  continue: 'Continue',

  signOut: 'Sign out?',
  signOutText: (client) =>
    client === undefined
      ? 'You will be signed out of all applications that you signed in to here.'
      : `${client} asks to sign you out. You will be signed out of all applications that you signed in to here.`,
  submitSignOut: 'Sign out',
  staySignedIn: 'Stay signed in',
  signedOut: 'Signed out',
  signedOutText: 'You can close this window.',

  expired: 'This sign-in is over',
  expiredText:
    'It has expired, was finished already, or your browser does not accept cookies. Go back to the application and sign in again.',
  wrongRequest: 'The application asked for something wrong',
  wrongRequestText: 'You cannot be signed in this way. Tell the administrator the reference below.',
  failed: 'Something went wrong',
  failedText: 'It is not your fault. Try again later, or tell the administrator the reference below.',
  down: 'Not available at the moment',
  downText: 'The service cannot answer just now. Try again in a moment.',
  tryAgain: 'Try again',
  errorCode: 'Error',
  reference: 'Reference',
};
