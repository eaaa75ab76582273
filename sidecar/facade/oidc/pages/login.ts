import { html } from 'htm/preact';
import { type FormTarget, renderForm } from './form.ts';
import { renderField, renderPage, renderProblem } from './layout.ts';
import type { PageView } from './look.ts';

export interface LoginPage extends FormTarget {
  readonly client: string | undefined;
  readonly name: string;
  /** What went wrong with the try before. */
  readonly problem?: string | undefined;
  readonly isMissing?: { readonly name: boolean; readonly password: boolean };
  /** Something to know that is no fault. */
  readonly notice?: string | undefined;
}

/** The form for name and password. */
export function renderLoginPage(view: PageView, page: LoginPage): string {
  const { texts } = view;
  const nameFault = page.isMissing?.name === true ? texts.nameMissing : undefined;
  const passwordFault = page.isMissing?.password === true ? texts.passwordMissing : undefined;
  const isNameFirst = page.name === '' || nameFault !== undefined;
  const fields = [
    renderField({
      id: 'username',
      label: texts.name,
      type: 'text',
      autocomplete: 'username',
      inputmode: 'email',
      value: page.name,
      hint: texts.nameHint,
      fault: nameFault,
      hasFocus: isNameFirst,
    }),
    renderField({
      id: 'password',
      label: texts.password,
      type: 'password',
      autocomplete: 'current-password',
      fault: passwordFault,
      hasFocus: !isNameFirst,
    }),
  ];
  return renderPage(view, {
    heading: page.client === undefined ? texts.signIn : texts.signInTo(page.client),
    isProblem: page.problem !== undefined || nameFault !== undefined || passwordFault !== undefined,
    inLanguage: page.inLanguage,
    body: html`
      ${renderProblem(view, page.problem, [
        { id: 'username', fault: nameFault },
        { id: 'password', fault: passwordFault },
      ])}
      ${page.notice && html`<p>${page.notice}</p>`}
      ${renderForm(view, page, { fields, submit: texts.submitSignIn })}
    `,
  });
}
