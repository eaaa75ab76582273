import { InvalidArgumentError } from 'commander';
import { type IcewarpAccount, icewarpAccountOf, type Settings } from '../config/settings.ts';
import { DomainError } from '../core/errors.ts';
import { parseAddress } from '../core/names.ts';

const maxRenames = 1_000;

/** The server to synchronise with. Throws `invalid_input` when none is configured. */
export function requireAccount(settings: Settings): IcewarpAccount {
  const account = icewarpAccountOf(settings);
  if (account !== undefined) return account;
  throw new DomainError(
    'invalid_input',
    'no IceWarp server is configured: set icewarp.url, .username and .password (SIDECAR_ICEWARP_URL …), or start the demo with `npm start`',
  );
}

/** The name of a plan as a held report tells it. */
export function parsePlanName(text: string): string {
  const name = text.trim().toLowerCase();
  if (/^[0-9a-f]{12}$/.test(name)) return name;
  throw new InvalidArgumentError('give the 12 digits that the held run named as its plan.');
}

/** The canonical address of one account. */
export function parseUserAddress(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError('give the whole address of an account (bob@example.com).');
}

/** Adds `OLD=NEW` to the renames given before. */
export function addRename(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  // An address may hold a `=`: the one meant is that with an address on both sides.
  for (let at = text.indexOf('='); at !== -1; at = text.indexOf('=', at + 1)) {
    const from = parseAddress(text.slice(0, at));
    const to = parseAddress(text.slice(at + 1));
    if (from === undefined || to === undefined || from === to) continue;
    if (before.has(from)) throw new InvalidArgumentError(`${from} is renamed twice.`);
    if (before.size >= maxRenames) throw new InvalidArgumentError(`at most ${maxRenames} can be given.`);
    return new Map([...before, [from, to]]);
  }
  throw new InvalidArgumentError('give two different addresses, OLD=NEW (bob@example.com=robert@example.com).');
}
