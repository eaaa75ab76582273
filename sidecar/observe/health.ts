import { DomainError } from '../core/errors.ts';

export type HealthStatus = 'ok' | 'degraded' | 'down';

/** State of one part; what stands beside the status is shown as it is and must hold no secret. */
export interface PartHealth {
  readonly status: HealthStatus;
  readonly [detail: string]: unknown;
}

export type HealthCheck = () => PartHealth | Promise<PartHealth>;

export interface HealthReport {
  /** `down`: nothing can be answered. `degraded`: answers are given, and something needs attention. */
  readonly status: HealthStatus;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

/** The state of all parts of a running process. */
export interface Health {
  /** Replaces an earlier check of the same name. */
  register(part: string, check: HealthCheck): void;
  /** Asks all parts at once. Never rejects; a check that throws or takes longer than a second is `down`. */
  report(): Promise<HealthReport>;
}

const checkTimeoutMs = 1000;

/** `required` parts decide whether anything can be served; one that never registered is down. */
export function createHealth(options: { readonly required: readonly string[] }): Health {
  const checks = new Map<string, HealthCheck>(options.required.map((part) => [part, notStarted]));
  return {
    register: (part, check) => void checks.set(part, check),
    async report() {
      const entries = await Promise.all(
        [...checks].map(async ([part, check]) => [part, await runCheck(check)] as const),
      );
      const parts = Object.fromEntries(entries);
      if (options.required.some((part) => parts[part]?.status === 'down')) return { status: 'down', parts };
      const allWell = entries.every(([, { status }]) => status === 'ok');
      return { status: allWell ? 'ok' : 'degraded', parts };
    },
  };
}

const notStarted: HealthCheck = () => ({ status: 'down', message: 'not started' });

async function runCheck(check: HealthCheck): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartHealth>((resolve) => {
    const message = `did not answer within ${checkTimeoutMs} ms`;
    timer = setTimeout(() => resolve({ status: 'down', message }), checkTimeoutMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    // Only what we wrote ourselves is fit for whoever may read this page.
    return { status: 'down', message: error instanceof DomainError ? error.message : 'internal fault, see the log' };
  } finally {
    clearTimeout(timer);
  }
}
