import type { DiagnosisStep, DirectorySource } from '../../core/ports/directory-source.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

const words: Readonly<Record<DiagnosisStep['name'], string>> = {
  reach: 'reach',
  tls: 'TLS',
  api: 'API',
  login: 'login',
  version: 'version',
  rights: 'rights',
  domains: 'domains',
  first_page: 'first page of accounts',
};

/**
 * The way to IceWarp, step by step, as `sync test-connection` goes it; steps behind a failed one are left out. Our own account logs in, once.
 * `onLogin` is told when that worked.
 */
export function checkIcewarp(source: Pick<DirectorySource, 'diagnose'>, onLogin: () => void): Check {
  return {
    name: 'icewarp',
    remedy: 'see `sync test-connection`',
    async run(find, signal) {
      await source.diagnose(({ name, status, detail, remedy = 'see `sync test-connection`' }) => {
        const text = `${words[name]}: ${detail}`;
        if (name === 'login' && status === 'ok') onLogin();
        if (status === 'ok') find(ok(text));
        else if (status === 'warning') find(warn(text, remedy));
        else if (status === 'failed') find(fail(text, name === 'login' ? `${remedy}. ${careful}` : remedy));
      }, signal);
    },
  };
}

const careful = 'Correct it before the next try: IceWarp counts each one against this account';
