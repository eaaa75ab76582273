import type { Request, Response } from 'express';
import passport from 'passport';
import passportCustom from 'passport-custom';
import type { Login, LoginOutcome } from '../core/login/outcome.ts';
import type { TwoFactorPolicy } from '../core/login/settings.ts';
import type { Secret } from '../core/secret.ts';

/** What a web form was filled in with, and what it is for. */
export interface PasswordForm {
  readonly name: string;
  readonly password: Secret;
  /** From the field for it. */
  readonly secondFactor: Secret | undefined;
  /** Privileges or roles, all of which the user must have. */
  readonly require: readonly string[];
  /** The application or page, for the audit. */
  readonly listener: string;
  readonly twoFactor: TwoFactorPolicy;
}

/** Asks about a name and a password that came with a request. Resolves with every foreseen failure as an outcome. */
export type PasswordCheck = (request: Request, response: Response, form: PasswordForm) => Promise<LoginOutcome>;

export interface PasswordCheckOptions {
  readonly login: Login;
  /** For the log: the facade whose forms these are. */
  readonly facade: string;
  readonly deadlineMs: number;
  /** Whether an address is an application's, and so one for many people. */
  readonly isApplicationAddress: (address: string) => boolean;
}

const strategyName = 'icewarp-password';

/**
 * The one passport strategy behind every web form: it hands name and password to the login, with the address that the form came from.
 * A proxy's word for that address counts where Express was told to trust it.
 */
export function createPasswordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { login, facade, deadlineMs, isApplicationAddress } = options;
  const authenticator = new passport.Passport();
  const strategy = new passportCustom.Strategy({ passOptionsToCallback: true }, (request, form: PasswordForm, done) => {
    const clientAddress = request.ip ?? request.socket.remoteAddress ?? '';
    const { name, password, secondFactor, require, listener, twoFactor } = form;
    login({
      ...{ name, password, secondFactor, require, listener, twoFactor, deadlineMs, facade, clientAddress },
      applicationAddress: isApplicationAddress(clientAddress),
      passwordOnlyListener: false,
    }).then(
      (outcome) => done(null, outcome.kind === 'accepted' ? outcome.user : false, outcome),
      (error: unknown) => done(error),
    );
  });
  authenticator.use(strategyName, strategy);

  return (request, response, form) =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown, _user: unknown, outcome: unknown) => {
        if (error) reject(error);
        else resolve(outcome as LoginOutcome);
      };
      const handle = authenticator.authenticate(strategyName, { ...form, session: false } as object, settle);
      handle(request, response, reject);
    });
}
