import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LoadedSettings, loadSettings, type SettingsInput } from '../../../sidecar/config/load.ts';

/** A folder with the given files, removed when the test ends. */
export function makeFolder(t: TestContext, files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-settings-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Loads with nothing given but what the test says. */
export function load(input: Partial<SettingsInput>): LoadedSettings {
  return loadSettings({ env: {}, flags: {}, cwd: '/nonexistent', ...input });
}

/** The fault lines of a load that must fail, without the heading. */
export function faultsOf(input: Partial<SettingsInput>): string[] {
  try {
    load(input);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'invalid_input') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error('the settings were accepted');
}
