import { DomainError, messageOf } from '../../core/errors.ts';
import { type CheckName, type Finding, type Finds, fail, oneLine } from './finding.ts';

/** One thing to look at. */
export interface Check {
  readonly name: CheckName;
  /** What to do when the look itself fails. */
  readonly remedy: string;
  /** Tells what it finds, one finding or more. May reject: that is a finding too. */
  run(find: Finds, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Makes all checks, one after the other, whatever becomes of those before, and tells each finding as it comes. Gives all of them; rejects only
 * when aborted, with the signal's reason.
 */
export async function runChecks(
  checks: readonly Check[],
  onFinding: (finding: Finding) => void,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    signal?.throwIfAborted();
    const find: Finds = (finding) => {
      const signed = { check: check.name, ...finding };
      findings.push(signed);
      onFinding(signed);
    };
    try {
      await check.run(find, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const origin = error instanceof DomainError ? '' : 'internal error: ';
      find(fail(`${origin}${oneLine(messageOf(error))}`, check.remedy));
    }
  }
  return findings;
}
