/** Everything a page says, in one language. */
export interface PageTexts {
  /** How the language calls itself. */
  readonly languageName: string;
  readonly chooseLanguage: string;

  readonly signIn: string;
  readonly signInTo: (client: string) => string;
  readonly name: string;
  readonly nameHint: string;
  readonly password: string;
  readonly submitSignIn: string;
  readonly cancel: string;
  readonly otherAccount: string;

  /** Heading over what went wrong. */
  readonly problem: string;
  /** The same for every cause. */
  readonly refused: string;
  readonly nameMissing: string;
  readonly passwordMissing: string;
  readonly unavailable: string;
  readonly undecided: string;
  readonly tooLate: string;

  readonly checking: string;
  readonly checkingText: string;
  readonly checkNow: string;

  readonly code: string;
  readonly codeText: string;
  readonly codeField: string;
  readonly codeRefused: string;
  readonly codeMissing: string;
  readonly submitCode: string;

  readonly consent: (client: string) => string;
  readonly consentText: string;
  readonly scopes: Readonly<Record<string, string>>;
  readonly otherScope: (scope: string) => string;
  readonly allow: string;
  readonly deny: string;

  readonly signedIn: string;
  readonly signedInText: string;
  readonly continue: string;

  readonly signOut: string;
  readonly signOutText: (client: string | undefined) => string;
  readonly submitSignOut: string;
  readonly staySignedIn: string;
  readonly signedOut: string;
  readonly signedOutText: string;

  readonly expired: string;
  readonly expiredText: string;
  readonly wrongRequest: string;
  readonly wrongRequestText: string;
  readonly failed: string;
  readonly failedText: string;
  readonly down: string;
  readonly downText: string;
  readonly tryAgain: string;
  readonly errorCode: string;
  readonly reference: string;
}
