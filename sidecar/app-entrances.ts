import { planListeners } from './app-ldap-listeners.ts';
import type { LoginEntrance } from './application/explain-login.ts';
import type { Settings } from './config/settings.ts';

/** Every place where people log in, with what it requires. */
export function listLoginEntrances(
  settings: Pick<Settings, 'ldap' | 'login'>,
): readonly (LoginEntrance & { readonly name: string })[] {
  return planListeners(settings).map(({ listener: { name, require } }) => ({ facade: 'ldap', name, require }));
}
