import { resolve } from 'node:path';
import type { Faults } from './faults.ts';
import { didYouMean } from './nearest.ts';
import type { Raw } from './raw.ts';
import { readValueFile } from './secret-types.ts';
import type { NamedSetting } from './setting.ts';
import { toVariableName, variablePrefix } from './setting-names.ts';

/** Names the settings file; no setting itself. */
export const configVariable = 'SIDECAR_CONFIG';

/** Kubernetes gives every container variables of this shape for a service that happens to be called `sidecar…`. */
const kubernetesService =
  /^SIDECAR_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP)(?:_\w+)?)$|^SIDECAR_PORT$/;

/**
 * The settings that the environment gives, by name. A variable that is set but empty counts as not set (compose files pass unset
 * variables on like that). Reports unknown variables, settings given twice (`X` and `X_FILE`) and unreadable files.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly NamedSetting[],
  cwd: string,
  faults: Faults,
): Map<string, Raw> {
  const found = new Map<string, Raw>();
  const known = new Set([configVariable]);
  for (const { key } of settings) {
    const variable = toVariableName(key);
    const fileVariable = `${variable}_FILE`;
    known.add(variable).add(fileVariable);
    const text = env[variable] || undefined;
    const file = env[fileVariable] || undefined;
    if (text !== undefined && file !== undefined) {
      found.set(key, { kind: 'reported', at: variable });
      faults.add(key, variable, `is given by ${variable} and ${fileVariable}; unset one of them`);
    } else if (text !== undefined) {
      found.set(key, { kind: 'text', text, at: variable });
    } else if (file !== undefined) {
      const read = readValueFile(resolve(cwd, file));
      if ('fault' in read) faults.add(key, fileVariable, read.fault);
      const at = fileVariable;
      found.set(key, 'fault' in read ? { kind: 'reported', at } : { kind: 'text', text: read.value, at });
    }
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith(variablePrefix) || known.has(name) || kubernetesService.test(name)) continue;
    faults.add(name, undefined, `unknown environment variable${didYouMean(name, known) || '; unset it'}`);
  }
  return found;
}
