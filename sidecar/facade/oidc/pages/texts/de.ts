import type { PageTexts } from './page-texts.ts';

export const de: PageTexts = {
  languageName: 'Deutsch',
  chooseLanguage: 'Sprache',

  signIn: 'Anmelden',
  signInTo: (client) => `Anmelden bei ${client}`,
  name: 'E-Mail-Adresse',
  nameHint: 'Die Adresse Ihres Postfachs, wie im Mailprogramm.',
  password: 'Passwort',
  submitSignIn: 'Anmelden',
  cancel: 'Abbrechen',
  otherAccount:
    'Sie sind mit einem Konto angemeldet, das diese Anwendung nicht zulässt. Melden Sie sich mit einem anderen an.',

  problem: 'Das hat nicht geklappt',
  refused: 'Name oder Passwort ist falsch, oder dieses Konto darf sich hier nicht anmelden.',
  nameMissing: 'Geben Sie Ihre E-Mail-Adresse ein.',
  passwordMissing: 'Geben Sie Ihr Passwort ein.',
  unavailable: 'Der Mailserver antwortet nicht. Versuchen Sie es noch einmal.',
  undecided:
    'Der Mailserver hat noch nicht gesagt, ob das Passwort stimmt. Warten Sie etwas und versuchen Sie es dann noch einmal.',
  tooLate: 'Das hat zu lange gedauert. Geben Sie Ihr Passwort noch einmal ein.',

  checking: 'Wird noch geprüft',
  checkingText: 'Der Mailserver lässt sich Zeit mit der Prüfung des Passworts. Diese Seite geht von selbst weiter.',
  checkNow: 'Jetzt nachsehen',

  code: 'Zweiter Faktor',
  codeText: 'Ihr Konto ist durch einen zweiten Faktor geschützt. Geben Sie den Code ein, den Ihre App zeigt.',
  codeField: 'Code',
  codeRefused: 'Der Code wurde nicht angenommen. Geben Sie den ein, den Ihre App jetzt zeigt.',
  codeMissing: 'Geben Sie den Code ein.',
  submitCode: 'Weiter',

  consent: (client) => `${client} zulassen?`,
  consentText: 'Die Anwendung möchte wissen oder dürfen:',
  scopes: {
    openid: 'wer Sie sind',
    profile: 'Ihren Namen',
    email: 'Ihre E-Mail-Adresse',
    phone: 'Ihre Telefonnummer',
    groups: 'Ihre Gruppen',
    roles: 'Ihre Rollen',
    archive: 'Ihre Rechte im Mailarchiv',
    offline_access: 'Zugriff, während Sie nicht da sind',
  },
  otherScope: (scope) => `Zugriff namens „${scope}“`,
  allow: 'Zulassen',
  deny: 'Nicht zulassen',

  signedIn: 'Einen Moment',
  signedInText: 'Sie kommen zurück zur Anwendung.',
  continue: 'Weiter',

  signOut: 'Abmelden?',
  signOutText: (client) =>
    client === undefined
      ? 'Sie werden von allen Anwendungen abgemeldet, bei denen Sie sich hierüber angemeldet haben.'
      : `${client} möchte Sie abmelden. Sie werden von allen Anwendungen abgemeldet, bei denen Sie sich hierüber angemeldet haben.`,
  submitSignOut: 'Abmelden',
  staySignedIn: 'Angemeldet bleiben',
  signedOut: 'Abgemeldet',
  signedOutText: 'Sie können dieses Fenster schließen.',

  expired: 'Diese Anmeldung ist vorbei',
  expiredText:
    'Sie ist abgelaufen, schon beendet, oder Ihr Browser nimmt keine Cookies an. Gehen Sie zurück zur Anwendung und melden Sie sich neu an.',
  wrongRequest: 'Die Anwendung hat etwas Falsches angefragt',
  wrongRequestText: 'So können Sie nicht angemeldet werden. Nennen Sie der Administration die Kennung unten.',
  failed: 'Etwas ist schiefgegangen',
  failedText:
    'Das liegt nicht an Ihnen. Versuchen Sie es später noch einmal, oder nennen Sie der Administration die Kennung unten.',
  down: 'Im Moment nicht erreichbar',
  downText: 'Der Dienst kann gerade nicht antworten. Versuchen Sie es gleich noch einmal.',
  tryAgain: 'Noch einmal versuchen',
  errorCode: 'Fehler',
  reference: 'Kennung',
};
