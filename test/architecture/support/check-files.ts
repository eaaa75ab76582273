import { defaultExportAllowed, maxLinesOf, mayReadProcess } from './house.ts';
import type { ModuleFacts } from './read-modules.ts';

/** Rules about one file by itself. One line of text per violation. */
export function checkFiles(modules: readonly ModuleFacts[]): string[] {
  return modules.flatMap((module) => {
    const { path } = module;
    const faults = module.syntaxErrors.map(({ line, what }) => `${path}:${line}: ${what}`);
    if (!/^([a-z0-9]+(-[a-z0-9]+)*)(\.[a-z]+)*\.ts$/.test(path.slice(path.lastIndexOf('/') + 1))) {
      faults.push(`${path}: the name of a file is kebab-case`);
    }
    if (/\b(utils?|helpers?)\b/.test(path)) faults.push(`${path}: name it for what it is, not utils`);
    if (module.lineCount > maxLinesOf(path)) {
      faults.push(`${path}: ${module.lineCount} lines, at most ${maxLinesOf(path)}; split it, one concept a file`);
    }
    if (!defaultExportAllowed.has(path)) {
      faults.push(...module.defaultExports.map(({ line }) => `${path}:${line}: default export; export it by name`));
    }
    if (!mayReadProcess(path)) {
      faults.push(
        ...module.processReads.map(({ line, what }) => `${path}:${line}: reads ${what}; only sidecar/main.ts does`),
      );
    }
    return faults;
  });
}
