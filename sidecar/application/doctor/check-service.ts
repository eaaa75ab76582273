import { fail, ok, oneLine, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** What the health page of the running service says, as far as it could be read. */
export interface HealthPage {
  readonly parts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What the running service says of itself. `read` gives undefined when nothing answers. */
export function checkService(options: {
  readonly url: string | undefined;
  readonly read: (url: string) => Promise<HealthPage | undefined>;
  /** Of the directory in the database. */
  readonly storedGeneration: () => number | undefined;
}): Check {
  const { url, read, storedGeneration } = options;
  return {
    name: 'service',
    remedy: 'see the log of the service',
    async run(find) {
      const page = url === undefined ? undefined : await read(url);
      if (page === undefined) {
        const where =
          url === undefined ? 'http.port is 0, so its health page is not known' : `nothing answers at ${url}`;
        find(warn(`the health of the running service is not known: ${where}`, 'start it (`serve`), or set http.port'));
        return;
      }
      for (const [name, { status, message, lastError, generation }] of Object.entries(page.parts)) {
        const why = [message, lastError].find((text) => typeof text === 'string');
        const text = `${name} is ${oneLine(String(status))}${why === undefined ? '' : `: ${oneLine(String(why))}`}`;
        const stored = storedGeneration();
        if (status === 'down') find(fail(text, 'see the log of the service'));
        else if (status !== 'ok') find(warn(text, 'see the log of the service'));
        else if (name === 'directory' && stored !== undefined && generation !== stored) {
          const versions = `the service serves generation ${String(generation)}, the database holds ${stored}`;
          find(warn(versions, 'look again in a minute; then restart the service'));
        } else find(ok(text));
      }
    },
  };
}
