import assert from 'node:assert/strict';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findProgram } from './programs.ts';

/** How long a page may take: the machine may be busy. */
const stepMs = 8_000;

/** Starts the system's Chromium. Throws when there is none: see `missingPrograms('chromium')`. */
export async function startChromium(): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

/** A browser profile of its own. Scripts are off unless asked for: no page needs them. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US', ...options });
  context.setDefaultTimeout(stepMs);
  context.setDefaultNavigationTimeout(stepMs);
  return context;
}

/** Looks for what keeps people from using a page, by all of axe's rules but `except`. Its profile needs scripts. */
export async function checkAccessibility(page: Page, name: string, except: readonly string[] = []): Promise<void> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
  assert.ok(passes.length > 0, `${name}: nothing was checked`);
  const found = violations
    .filter(({ id }) => !except.includes(id))
    .map(({ id, help, nodes }) => `${id}: ${help} ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(found, [], name);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(isWide, false, `${name} does not fit its width`);
}
