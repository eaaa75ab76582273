import type { AnySetting } from './setting.ts';
import { toFlagName, toVariableName } from './setting-names.ts';
import { allSettings } from './settings.ts';

/** A setting as a flag of the command line. Secrets have none. */
export interface SettingFlag {
  readonly key: string;
  /** `--ldap-port <number>` */
  readonly flag: string;
  /** For `--help`: meaning and default. */
  readonly description: string;
}

export function listSettingFlags(): readonly SettingFlag[] {
  return allSettings
    .filter(({ setting }) => !setting.type.secret)
    .map(({ key, setting }) => ({
      key,
      flag: `${toFlagName(key)} <${setting.type.placeholder}>`,
      description: plain(setting.meaning) + describeDefault(setting, (text) => ` (default: ${text})`),
    }));
}

/** The text of docs/settings.md. */
export function describeSettings(): string {
  const rows = allSettings.map(({ key, setting }) => {
    const fallback = describeDefault(setting, (text) => `\`${text}\``) || '–';
    const flag = setting.type.secret ? '–' : `\`${toFlagName(key)}\``;
    const cells = [
      `\`${key}\``,
      `\`${toVariableName(key)}\``,
      flag,
      capitalise(setting.type.label),
      fallback,
      setting.meaning,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `${introduction}\n| Setting | Environment variable | Flag | Value | Default | Meaning |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

const introduction = `# Settings

This page is made from the program's own list; \`npm run docs\` writes it anew.

A setting is taken from the first of these that has it:

1. a flag of the command line; secrets have no flag, since every user of a machine can read the arguments of its processes;
2. an environment variable; one that is set but empty counts as not set. \`NAME_FILE\` instead of \`NAME\` names a file that holds the value
   (container secrets); a line break at its end is dropped. Lists are written with commas, service accounts as a JSON array;
3. the settings file, in YAML: the one that \`--config\` or \`SIDECAR_CONFIG\` names, else \`sidecar.yaml\` where the program is started;
4. the default.

Relative paths in the settings file start from the folder of that file, all others from where the program is started. Unknown settings,
\`SIDECAR_\` variables and flags are refused. \`config check\` reports all faults at once; \`config print\` shows what is in force and where each value
came from.

    icewarp:
      url: https://mail.example.com
      username: sidecar@example.com
      domains: [example.com]
    ldap:
      baseDn: dc=example,dc=com
      serviceAccounts:
        - name: archive
          passwordFile: /run/secrets/archive-password
`;

function describeDefault(setting: AnySetting, format: (text: string) => string): string {
  return setting.optional || setting.default === '' || setting.default === '[]' ? '' : format(setting.default);
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
