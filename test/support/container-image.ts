import { chown, cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addCompiledParts, checkout } from './package-install.ts';
import { plainEnvironment, runProgram } from './sidecar-process.ts';

/** A stage of a Dockerfile: its instructions in order, line continuations joined. */
export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly { readonly word: string; readonly rest: string }[];
}

/** Reads what a Dockerfile of ours is written with; parser directives and heredocs are not among it. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; image: string; instructions: { word: string; rest: string }[] }[] = [];
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n');
  for (const line of lines.filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const [, image = '', name = ''] = word === 'FROM' ? (/^(\S+) AS (\S+)$/.exec(rest) ?? []) : [];
    if (word === 'FROM') stages.push({ name, image, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** What a stage left behind. `root` stands for the `/` of the image. */
export interface BuiltStage {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

const stepLimitMs = 150_000;
const ownFolders = ['/build', '/opt/icewarp-sidecar', '/opt/keycloak', '/var/lib/icewarp-sidecar'];

/**
 * Carries the COPY and RUN steps of a stage out below `root`, as its FROM image would begin with nothing of ours in it. Install scripts do
 * not run; what they make is taken from the checkout.
 */
export async function runStage(stage: Stage, root: string, earlier: ReadonlyMap<string, string>): Promise<BuiltStage> {
  const env: Record<string, string> = {};
  let workingDirectory = '/';
  const toScratch = (text: string) =>
    ownFolders.reduce(
      (done, folder) => done.replaceAll(new RegExp(`(?<![\\w/.-])${folder}\\b`, 'g'), join(root, folder)),
      text,
    );
  const at = (path: string) => (path.startsWith('/') ? join(root, path) : join(root, workingDirectory, path));
  for (const { word, rest } of stage.instructions) {
    if (word === 'WORKDIR') workingDirectory = rest;
    if (word === 'WORKDIR') await mkdir(join(root, rest), { recursive: true });
    if (word === 'ENV') for (const pair of rest.split(' ')) env[pair.split('=')[0] ?? ''] = pair.split('=')[1] ?? '';
    if (word === 'COPY') await copy(rest, earlier, at);
    if (word === 'RUN') {
      await runStep(toScratch(rest), join(root, workingDirectory), env);
      if (rest.startsWith('npm ci')) await addCompiledParts(join(root, workingDirectory, 'node_modules'));
    }
  }
  return { root, env, workingDirectory };
}

async function copy(rest: string, earlier: ReadonlyMap<string, string>, at: (path: string) => string): Promise<void> {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  const source = from === undefined ? checkout : earlier.get(from);
  if (source === undefined) throw new Error(`COPY ${rest}: there is no earlier stage ${from}`);
  for (const path of words) {
    if (from === undefined) await requireInContext(path);
    // A folder's content, not the folder, is what COPY takes.
    const into = words.length > 1 || target.endsWith('/') ? join(at(target), path) : at(target);
    await mkdir(dirname(into), { recursive: true });
    await cp(join(source, path), into, { recursive: true });
  }
}

/** Our .dockerignore leaves everything out but what it names. */
async function requireInContext(path: string): Promise<void> {
  const lines = (await readFile(join(checkout, '.dockerignore'), 'utf8')).trim().split('\n');
  const [first = ''] = path.split('/');
  if (lines[0] !== '*' || !lines.includes(`!${first}`)) throw new Error(`.dockerignore keeps ${path} out of the build`);
}

async function runStep(command: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const npm = { npm_config_ignore_scripts: 'true', npm_config_prefer_offline: 'true' };
  const { code, stderr, stdout } = await runProgram('/bin/sh', ['-c', command], {
    cwd,
    // The image's `node` is the one that the tests run on.
    env: { ...plainEnvironment(), PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...npm, ...env },
    timeoutMs: stepLimitMs,
  });
  if (code !== 0) throw new Error(`RUN ${command}: exit status ${code}\n${stdout}\n${stderr}`);
}

/** Gives a folder to the user of the image, where the test may. */
export async function giveTo(folder: string, uid: number, gid: number): Promise<void> {
  if (process.getuid?.() === 0) await chown(folder, uid, gid);
}
