/** So many groups are there at least, whatever the generated company has. */
const wantedGroups = 2_000;

interface CompanyRecord {
  readonly domains: readonly { readonly name: string; readonly type?: string }[];
  readonly accounts: readonly { readonly address: string; readonly type?: string }[];
}

/**
 * Fills a simulated company up to 2,000 groups: of 5 to 5,000 members (at most a twentieth of all users), their sizes evenly spread over the
 * orders of magnitude, one of exactly 50 and one with everybody.
 */
export async function addBenchGroups(controlUrl: string, users: number): Promise<void> {
  const company = (await (await fetch(`${controlUrl}company`)).json()) as CompanyRecord;
  const isUser = ({ type }: { readonly type?: string }) => type === undefined || type === 'user';
  const addresses = company.accounts.filter(isUser).map(({ address }) => address);
  const existing = company.accounts.filter(({ type }) => type === 'group').length;
  const domain = addresses[0]?.split('@')[1] ?? '';
  // The same share of memberships a user as with 100,000 users, about fourteen, else small companies have absurd entries.
  const largest = Math.max(50, Math.min(5_000, Math.floor(users / 20)));
  const count = Math.max(3, wantedGroups - existing);
  for (let number = 0; number < count; number++) {
    const spread = Math.floor(5 * (largest / 5) ** (((number * 617) % count) / count));
    const size = number === 0 ? addresses.length : number === 1 ? largest : number === 2 ? 50 : spread;
    const members =
      size === addresses.length
        ? company.domains.filter(({ type }) => type !== 'alias').map(({ name }) => `[${name}]`)
        : pick(addresses, size, number);
    const body = JSON.stringify({ address: `bench-${number}@${domain}`, type: 'group', displayName: 'Bench', members });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${controlUrl}accounts`, { method: 'POST', body, headers });
    if (!answer.ok) throw new Error(`adding a group: ${answer.status} ${await answer.text()}`);
  }
}

/** Distinct ones, another run of the list for each number. */
function pick(addresses: readonly string[], size: number, number: number): string[] {
  const from = (number * 7_919) % addresses.length;
  return Array.from({ length: size }, (_, at) => addresses[(from + at) % addresses.length] ?? '');
}
