import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();

const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  const bench = spawnSync(process.execPath, [`${folder}${name}.bench.ts`, ...rest], { stdio: 'inherit' });
  process.exitCode = bench.status ?? 1;
} else {
  const fault = name === undefined || name === '--help' ? '' : `no benchmark is called ${name}\n`;
  process.stderr.write(`${fault}usage: npm run bench -- NAME [options]\nbenchmarks: ${names.join(', ') || 'none'}\n`);
  process.exitCode = fault === '' && name !== undefined ? 0 : 1;
}
