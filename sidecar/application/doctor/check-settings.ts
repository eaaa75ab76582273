import { type Finding, fail, ok, oneLine, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** How reading the settings ended. */
export type ReadSettings =
  | { readonly kind: 'sound'; readonly given: number; readonly warnings: readonly string[] }
  /** The whole message: a heading, then a fault a line. */
  | { readonly kind: 'faulty'; readonly message: string };

/** The settings as they would be at the next start of the service. */
export function checkSettings(read: ReadSettings): Check {
  return {
    name: 'settings',
    remedy: 'run `config check`',
    async run(find) {
      for (const finding of judge(read)) find(finding);
    },
  };
}

function judge(read: ReadSettings): readonly Omit<Finding, 'check'>[] {
  if (read.kind === 'faulty') {
    const [heading = '', ...faults] = read.message.split('\n');
    const remedy = 'correct it; docs/settings.md has every setting. Nothing else is looked at before';
    return (faults.length === 0 ? [heading] : faults).map((fault) => fail(oneLine(fault), remedy));
  }
  const { given, warnings } = read;
  return [
    ok(`sound: ${given} given, the others at their defaults`),
    ...warnings.map((text) => warn(oneLine(text), 'change the setting, or leave it if it is meant so')),
  ];
}
