import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { generateCompany } from './company.ts';

/** Builds a snapshot again and again into the same memory, as told by the arguments (users, builds), and prints what the process takes after each. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const [users = '', builds = ''] = process.argv.slice(2);
const directory = generateCompany(Number(users), 100);
let memory: SharedArrayBuffer | undefined;
const measured: NodeJS.MemoryUsage[] = [];
for (let count = 0; count < Number(builds); count++) {
  memory = buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt: new Date(), memory }).memory;
  collect();
  measured.push(process.memoryUsage());
}
process.stdout.write(JSON.stringify(measured));
