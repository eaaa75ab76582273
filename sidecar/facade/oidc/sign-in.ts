import type { LoginOutcome } from '../../core/login/outcome.ts';
import type { TwoFactorPolicy } from '../../core/login/settings.ts';
import { Secret } from '../../core/secret.ts';
import type { PasswordCheck } from '../../host/password-check.ts';
import { type OpenInteraction, readField } from './interaction.ts';
import { notAdmitted } from './interaction-policy.ts';
import { renderCodePage } from './pages/code.ts';
import { type LoginPage, renderLoginPage } from './pages/login.ts';
import { renderWaitingPage } from './pages/waiting.ts';
import type { PendingLogin, PendingLogins } from './pending-logins.ts';
import { authentications } from './provider-settings.ts';

export interface SignInOptions {
  readonly check: PasswordCheck;
  readonly pending: PendingLogins;
  /** For clients that say nothing of their own. */
  readonly twoFactor: TwoFactorPolicy;
}

/** The steps of signing in with a password. Each answers its request. */
export interface SignIn {
  showLogin(open: OpenInteraction): void;
  takeLogin(open: OpenInteraction): Promise<void>;
  showCode(open: OpenInteraction): void;
  takeCode(open: OpenInteraction): Promise<void>;
  /** Asks again about what was typed: it joins the question that is still open, or finds what came of it. */
  look(open: OpenInteraction): Promise<void>;
}

const refusedStatus = 403;
const downStatus = 503;

export function createSignIn({ check, pending, twoFactor }: SignInOptions): SignIn {
  const showForm = (open: OpenInteraction, changes: Partial<LoginPage> = {}, status = 200) => {
    const { client, view, interaction } = open;
    const hint = interaction.params.login_hint;
    const name = typeof hint === 'string' ? hint.slice(0, 320) : '';
    open.show(renderLoginPage(view, { ...open.form(''), client: client.name, name, ...changes }), status);
  };

  /** What was typed is no longer there: it was too long ago, or another process was asked. */
  const startAgain = (open: OpenInteraction) => showForm(open, { problem: open.view.texts.tooLate }, refusedStatus);

  async function ask(open: OpenInteraction, login: PendingLogin): Promise<void> {
    const { client } = open;
    const outcome = await check(open.request, open.response, {
      name: login.name,
      password: login.password,
      secondFactor: login.code,
      require: client.require,
      listener: client.id,
      twoFactor: client.twoFactor ?? twoFactor,
    });
    await answer(open, login, outcome);
  }

  async function answer(open: OpenInteraction, login: PendingLogin, outcome: LoginOutcome): Promise<void> {
    const { view, interaction } = open;
    const { uid } = interaction;
    const { name } = login;
    if (outcome.kind === 'accepted') {
      pending.remove(uid);
      const used = login.code === undefined ? authentications.password : authentications.passwordAndCode;
      await open.finish({ login: { accountId: outcome.user.id, acr: used.acr, amr: [...used.amr], remember: true } });
      return;
    }
    if (outcome.kind === 'could_not_tell') {
      if (outcome.reason === 'held_back') {
        // The two minutes begin with the typing, not with each look.
        if (pending.find(uid) !== login) pending.put(uid, login);
        open.show(renderWaitingPage(view, { url: open.url('/check') }));
        return;
      }
      pending.remove(uid);
      showForm(open, { name, problem: view.texts.unavailable }, downStatus);
      return;
    }
    if (outcome.reason === 'second_factor_required' && login.code === undefined && outcome.presumed !== true) {
      pending.put(uid, login);
      open.show(renderCodePage(view, open.form('/code')));
      return;
    }
    if (login.code !== undefined) {
      // That the password was right is known already: only the code is typed again.
      pending.put(uid, { ...login, code: undefined });
      open.show(renderCodePage(view, { ...open.form('/code'), fault: view.texts.codeRefused }), refusedStatus);
      return;
    }
    pending.remove(uid);
    showForm(open, { name, problem: view.texts.refused }, refusedStatus);
  }

  return {
    showLogin(open) {
      const isOther = open.interaction.prompt.reasons.includes(notAdmitted);
      showForm(open, { notice: isOther ? open.view.texts.otherAccount : undefined });
    },
    async takeLogin(open) {
      const name = readField(open.request, 'username').trim();
      const password = readField(open.request, 'password');
      if (name === '' || password === '') {
        showForm(open, { name, isMissing: { name: name === '', password: password === '' } }, 400);
        return;
      }
      pending.remove(open.interaction.uid);
      await ask(open, { name, password: new Secret(password), code: undefined });
    },
    showCode(open) {
      const login = pending.find(open.interaction.uid);
      if (login === undefined) showForm(open);
      else open.show(renderCodePage(open.view, open.form('/code')));
    },
    async takeCode(open) {
      const login = pending.find(open.interaction.uid);
      if (login === undefined) return startAgain(open);
      const code = readField(open.request, 'code').replace(/\s/g, '');
      if (code === '') {
        open.show(renderCodePage(open.view, { ...open.form('/code'), fault: open.view.texts.codeMissing }), 400);
        return;
      }
      await ask(open, { ...login, code: new Secret(code) });
    },
    async look(open) {
      const login = pending.find(open.interaction.uid);
      if (login !== undefined) return await ask(open, login);
      showForm(open, { problem: open.view.texts.undecided }, downStatus);
    },
  };
}
