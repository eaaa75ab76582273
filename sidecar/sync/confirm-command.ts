/**
 * The command that commits what a held report shows, as a person types it into a POSIX shell.
 * `plan`: the plan's `riskHash`. `only`: the address of a run for one account.
 */
export function toConfirmCommand(plan: string, renames: ReadonlyMap<string, string>, only: string | undefined): string {
  const words = [
    ...['sync', '--confirm', plan],
    ...[...renames].flatMap(([from, to]) => ['--rename', `${from}=${to}`]),
    ...(only === undefined ? [] : ['--user', only]),
  ];
  return ['icewarp-sidecar', ...words.map(quoteWord)].join(' ');
}

/** The same for a plan that the mapping alone gave rise to. */
export function toApplyCommand(plan: string): string {
  return `icewarp-sidecar mappings apply --confirm ${quoteWord(plan)}`;
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
