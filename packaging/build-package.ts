import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds dist/, the published form of the program: Node runs TypeScript from a checkout, but strips no types below node_modules.
 * Ends with an error when something that the program opens at run time would be missing there.
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const target = join(root, 'dist');
const sources = ['sidecar', 'plugin'];

/** A file named for a thread or for reading: `new URL('./x.ts', import.meta.url)`. The compiler rewrites imports only. */
const namedFile = /new URL\('([^':]+)', import\.meta\.url\)/g;

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function compile(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { cwd: root, stdio: 'inherit' });
}

/** What stands beside the sources and is no source: the demo's company, pages, style sheets. */
function copyOtherFiles(): void {
  for (const file of sources.flatMap((name) => listFiles(join(root, name)))) {
    if (extname(file) === '.ts') continue;
    const copy = join(target, relative(root, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
}

/** The program looks for its version where a checkout has it: two folders above its commands. */
function writeManifest(): void {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>;
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name, version, type: 'module' }, undefined, 2)}\n`);
}

function mendNamedFiles(): void {
  const missing: string[] = [];
  for (const file of listFiles(target).filter((path) => extname(path) === '.js')) {
    const text = readFileSync(file, 'utf8');
    const mended = text.replaceAll(namedFile, (whole, named: string) => {
      const built = named.replace(/\.ts$/, '.js');
      if (!existsSync(join(dirname(file), built))) missing.push(`${relative(target, file)} opens ${named}`);
      return whole.replace(named, built);
    });
    if (mended !== text) writeFileSync(file, mended);
  }
  if (missing.length > 0) throw new Error(`not in dist/: ${missing.join('; ')}`);
}

rmSync(target, { recursive: true, force: true });
compile();
copyOtherFiles();
writeManifest();
mendNamedFiles();
