import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Path from the root (with `/`) → text of every source file. */
export type SourceTree = ReadonlyMap<string, string>;

/** The folders that hold source. */
export const sourceFolders = ['sidecar', 'plugin', 'test'] as const;

/** Reads the TypeScript files of a checkout. Folders that are not there yet are passed over. */
export function readSourceTree(root: string): SourceTree {
  const tree = new Map<string, string>();
  for (const folder of sourceFolders) {
    for (const path of listFiles(join(root, folder))) {
      if (path.endsWith('.ts')) tree.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  }
  return tree;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
