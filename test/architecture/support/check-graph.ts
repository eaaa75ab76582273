import { isEntry } from './house.ts';
import type { ModuleFacts } from './read-modules.ts';
import { resolveSpecifier } from './resolve.ts';

/** Rings of files that import one another, type-only imports included; each once, as `a → b → a`. */
export function findCycles(modules: readonly ModuleFacts[]): string[] {
  const graph = toGraph(modules);
  const done = new Set<string>();
  const rings = new Map<string, string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(path);
    if (seen >= 0) {
      const ring = trail.slice(seen);
      rings.set([...ring].sort().join(), `${[...ring, path].join(' → ')}: files import one another in a ring`);
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return [...rings.values()];
}

/**
 * Files that nothing reaches: neither the program nor a test, bench or fuzz run, nor one of the `scripts` (command lines,
 * as package.json has them).
 */
export function findUnreached(modules: readonly ModuleFacts[], scripts: readonly string[]): string[] {
  const graph = toGraph(modules);
  const reached = new Set<string>();
  const started = new Set(scripts.flatMap((script) => script.split(/\s+/)));
  const pending = [...graph.keys()].filter((path) => isEntry(path) || started.has(path));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    pending.push(...(graph.get(path) ?? []));
  }
  return [...graph.keys()]
    .filter((path) => !reached.has(path))
    .map((path) => `${path}: nothing imports it; use it or remove it`);
}

function toGraph(modules: readonly ModuleFacts[]): Map<string, string[]> {
  const paths = new Set(modules.map((module) => module.path));
  return new Map(
    modules.map((module) => {
      const targets = module.imports.flatMap(({ specifier }) => {
        const target = specifier === undefined ? undefined : resolveSpecifier(specifier, module.path);
        return target?.kind === 'file' && paths.has(target.path) ? [target.path] : [];
      });
      return [module.path, targets];
    }),
  );
}
