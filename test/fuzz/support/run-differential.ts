import fc from 'fast-check';
import { findDisagreement, findEntryDifference } from './ldap-agreement.ts';
import { arbitraryLdapCase } from './ldap-arbitraries.ts';
import { askCase, type LdapCase } from './ldap-cases.ts';
import { findDifference, toPeerCase } from './ldap-differences.ts';
import { createVocabulary } from './ldap-vocabulary.ts';
import type { TwoServers } from './ldap-worlds.ts';

/** What a run has seen; a run that compares nothing proves nothing. */
export interface DifferentialResult {
  readonly compared: number;
  /** Answers with an entry. */
  readonly withEntries: number;
  /** Cases by result code. */
  readonly codes: ReadonlyMap<number, number>;
  /** Cases that a deliberate difference kept out, by its name. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Puts random cases to both servers. Rejects with the smallest case found on which they disagree, and what to run to see it again. */
export async function runDifferential(
  servers: TwoServers,
  options: { readonly cases: number; readonly seed: number },
): Promise<DifferentialResult> {
  const codes = new Map<number, number>();
  const leftOut = new Map<string, number>();
  let compared = 0;
  let withEntries = 0;
  const property = fc.asyncProperty(arbitraryLdapCase(createVocabulary(servers.entries)), async (asked) => {
    const difference = findDifference(asked);
    if (difference !== undefined) {
      leftOut.set(difference.name, (leftOut.get(difference.name) ?? 0) + 1);
      return;
    }
    const { code, entries, disagreement } = await compareCase(servers, asked);
    if (disagreement !== undefined) throw new Error(disagreement);
    compared += 1;
    if (entries > 0) withEntries += 1;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: options.cases, seed: options.seed, maxSkipsPerRun: 0 });
  return { compared, withEntries, codes, leftOut };
}

async function compareCase({ ours, slapd }: TwoServers, asked: LdapCase) {
  const peerCase = toPeerCase(asked);
  const [own, foreign] = await Promise.all([askCase(ours, asked), askCase(slapd, peerCase)]);
  const result = { code: own.done.code, entries: own.entries.length };
  const disagreement = findDisagreement(asked, own, foreign);
  if (disagreement !== undefined || own.done.code !== 4 || peerCase.kind !== 'search')
    return { ...result, disagreement };
  const whole = await askCase(slapd, { ...peerCase, sizeLimit: 0 });
  return { ...result, disagreement: findEntryDifference(own.entries, whole.entries) };
}
