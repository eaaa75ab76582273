import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.fuzz.ts'))
  .map((file) => file.slice(0, -'.fuzz.ts'.length))
  .sort();

const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  const fuzz = spawnSync(process.execPath, [`${folder}${name}.fuzz.ts`, ...rest], { stdio: 'inherit' });
  process.exitCode = fuzz.status ?? 1;
} else {
  const fault = name === undefined || name === '--help' ? '' : `nothing to fuzz is called ${name}\n`;
  process.stderr.write(`${fault}usage: npm run fuzz -- NAME [options]\nto fuzz: ${names.join(', ') || 'nothing'}\n`);
  process.exitCode = fault === '' && name !== undefined ? 0 : 1;
}
