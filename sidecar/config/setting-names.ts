/** Begins every environment variable that is ours. */
export const variablePrefix = 'SIDECAR_';

/** `ldap.baseDn` → `SIDECAR_LDAP_BASE_DN`. */
export function toVariableName(key: string): string {
  return variablePrefix + toWords(key).join('_').toUpperCase();
}

/** `ldap.baseDn` → `--ldap-base-dn`. */
export function toFlagName(key: string): string {
  return `--${toWords(key).join('-')}`;
}

function toWords(key: string): string[] {
  return key.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`).split('.');
}
