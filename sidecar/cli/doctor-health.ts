import type { HealthPage } from '../application/doctor/check-service.ts';

const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

/** The health page of the running service; undefined when nothing answers, or something else. */
export async function readHealthPage(url: string): Promise<HealthPage | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    const bytes: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) return undefined;
      bytes.push(chunk);
    }
    const page: unknown = JSON.parse(Buffer.concat(bytes).toString('utf8'));
    return isHealthPage(page) ? page : undefined;
  } catch {
    // Whoever answers otherwise, or not at all, is not this service.
    return undefined;
  }
}

function isHealthPage(page: unknown): page is HealthPage {
  if (typeof page !== 'object' || page === null || !('parts' in page)) return false;
  const { parts } = page;
  if (typeof parts !== 'object' || parts === null || !('directory' in parts)) return false;
  return Object.values(parts).every((part) => typeof part === 'object' && part !== null);
}
