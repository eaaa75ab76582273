import { DomainError } from '../core/errors.ts';
import type { DiagnosisStep, DiagnosisStepName, DirectorySource } from '../core/ports/directory-source.ts';

/** What a step found when it did not fail. */
export type Finding = Omit<DiagnosisStep, 'name' | 'status'> & { readonly status?: 'ok' | 'warning' | 'skipped' };

/** One thing to look at. `remedy` is what to do when the look rejects. */
export interface Look {
  readonly name: DiagnosisStepName;
  readonly remedy: string;
  /** Rejects with a `DomainError` when the thing looked at does not work. */
  run(signal: AbortSignal | undefined): Promise<Finding>;
}

/** Looks in order, as {@link DirectorySource.diagnose} says. */
export async function runDiagnosis(
  looks: readonly Look[],
  onStep: (step: DiagnosisStep) => void,
  signal: AbortSignal | undefined,
): ReturnType<DirectorySource['diagnose']> {
  const steps: DiagnosisStep[] = [];
  let failed: DiagnosisStepName | undefined;
  for (const look of looks) {
    signal?.throwIfAborted();
    const step = failed === undefined ? await take(look, signal) : toSkipped(look.name, failed);
    if (step.status === 'failed') failed = step.name;
    steps.push(step);
    onStep(step);
  }
  return steps;
}

async function take({ name, remedy, run }: Look, signal: AbortSignal | undefined): Promise<DiagnosisStep> {
  try {
    return { name, status: 'ok', ...(await run(signal)) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof DomainError)) throw error;
    return { name, status: 'failed', detail: error.message, remedy };
  }
}

function toSkipped(name: DiagnosisStepName, failed: DiagnosisStepName): DiagnosisStep {
  return { name, status: 'skipped', detail: `not looked at: ${failed} failed` };
}
