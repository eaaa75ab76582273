#!/usr/bin/env node
// Plain JavaScript that old releases of Node.js read as well: the program itself runs on the one that its package brings along.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/sidecar/main.js', import.meta.url));
const neededMajor = 24;

/** The Node.js of the npm package `node`, a dependency of this one; undefined where its files were left out, as in the container. */
function findOwnNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

function runWith(program) {
  const child = spawn(program, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal gives Ctrl-C to both processes; passed on it would arrive twice, and a second one ends the program at once.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(
      `icewarp-sidecar: ${program} cannot be started (${error.message}); install the package again\n`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  await import(new URL('../dist/sidecar/main.js', import.meta.url).href);
} else {
  const own = findOwnNode();
  if (own === undefined) {
    process.stderr.write(`icewarp-sidecar: Node.js ${neededMajor} is needed, this is ${process.version}\n`);
    process.exitCode = 1;
  } else {
    runWith(own);
  }
}
