import { parseArgs } from 'node:util';
import { measureWhilePublishing } from './support/latency-while-publishing.ts';
import { startPair } from './support/ldap-pair.ts';
import { createRows, measureUserBinds } from './support/ldap-rows.ts';
import { describeMachine } from './support/machine.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { type RatioRow, toAmount, toRatioTable } from './support/ratio-table.ts';

/**
 * The LDAP facade beside slapd with the same users and at least 2,000 groups, both measured in turn in one run: medians of three. The
 * load client shares the machine's cores, so the server's CPU time per operation stands beside each rate. Above 500,000 users only
 * the first rows are measured. Prints a table in Markdown.
 */
const { values } = parseArgs({ options: { users: { type: 'string', default: '10000' } } });
const count = Number(values.users);
if (!Number.isInteger(count) || count < 100) throw new TypeError('--users is a whole number from 100 on');
const isHuge = count > 500_000;

const print = (text: string) => process.stdout.write(`${text}\n`);
const mebibytes = (bytes: number) => `${toAmount(bytes / 2 ** 20)} MiB`;

const pair = await startPair(count);
try {
  const { questions } = pair;
  print(`LDAP, ${count.toLocaleString('en-US')} users, ${questions.groups} groups, ${questions.entries} entries\n`);
  print(`${describeMachine()}\n`);
  const rows: RatioRow[] = [];
  for (const { name, aims, always, measure } of createRows(pair)) {
    if (isHuge && !always) continue;
    process.stderr.write(`${name}\n`);
    rows.push({ name, aims, figures: await measure() });
  }
  if (!isHuge) {
    const binds = await measureUserBinds(pair);
    rows.push({ name: `binds of ${binds.users} users, remembered, 8 connections`, aims: [3, 3], figures: binds });
  }
  print(`${toRatioTable(rows)}\n`);

  const [ours, slapd] = [pair.ours, pair.slapd].map(({ pid }) => readProcessUsage(pid));
  if (ours !== undefined && slapd !== undefined) {
    print('| resident memory | in all | anonymous | mapped |\n| --- | --- | --- | --- |');
    for (const [name, usage] of [['the whole service', ours] as const, ['slapd', slapd] as const]) {
      print(`| ${name} | ${[usage.rssBytes, usage.anonymousBytes, usage.mappedBytes].map(mebibytes).join(' | ')} |`);
    }
    print(`\nFrom the start of the service to its first directory: ${toAmount(pair.firstPublishedSeconds)} s.\n`);
  }
  const { quiet, busy, seconds } = await measureWhilePublishing(pair);
  print('| searches | p50 | p99 | longest |\n| --- | --- | --- | --- |');
  for (const [name, { p50, p99, longest }] of [
    ['at rest', quiet] as const,
    [`while a snapshot is built and published (${toAmount(seconds)} s)`, busy] as const,
  ]) {
    print(`| ${name} | ${[p50, p99, longest].map((ms) => `${toAmount(ms)} ms`).join(' | ')} |`);
  }
} finally {
  await pair.stop();
}
