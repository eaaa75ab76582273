import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkFiles } from './support/check-files.ts';
import { findCycles, findUnreached } from './support/check-graph.ts';
import { checkImports, type DeclaredPackages } from './support/check-imports.ts';
import { type ModuleFacts, readModules } from './support/read-modules.ts';
import { readSourceTree } from './support/source-tree.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};
const declared: DeclaredPackages = {
  production: new Set(Object.keys(manifest.dependencies ?? {})),
  development: new Set(Object.keys(manifest.devDependencies ?? {})),
};

describe('the house', () => {
  let modules: ModuleFacts[] = [];
  before(() => {
    modules = readModules(readSourceTree(root));
    assert.ok(modules.length > 10, 'the source was found');
  });

  it('lets every file import only what its room may lean on', () => {
    assertNone(checkImports(modules, declared));
  });

  it('keeps every file short, named well, without default export and without reading the process', () => {
    assertNone(checkFiles(modules));
  });

  it('has no ring of files', () => {
    assertNone(findCycles(modules));
  });

  it('has no file that nothing reaches', () => {
    assertNone(findUnreached(modules, Object.values(manifest.scripts ?? {})));
  });
});

function assertNone(faults: readonly string[]): void {
  if (faults.length > 0) assert.fail(`${faults.length} violations\n${faults.join('\n')}`);
}
