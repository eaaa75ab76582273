import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFiles } from './support/check-files.ts';
import { findCycles, findUnreached } from './support/check-graph.ts';
import { checkImports } from './support/check-imports.ts';
import { type ModuleFacts, readModules } from './support/read-modules.ts';

type Fixture = Readonly<Record<string, string>>;

const declared = {
  production: new Set(['express', 'zod', 'ldapjs', 'undici', 'pg', '@keycloak/keycloak-admin-client']),
  development: new Set(['supertest']),
};

const parse = (fixture: Fixture): ModuleFacts[] => readModules(new Map(Object.entries(fixture)));
const importFaults = (fixture: Fixture): string[] => checkImports(parse(fixture), declared);
const fileFaults = (fixture: Fixture): string[] => checkFiles(parse(fixture));

/** Every file that the fixtures below import. */
const targets: Fixture = {
  'sidecar/core/model.ts': '',
  'sidecar/directory/snapshot.ts': '',
  'sidecar/config/mapping-files.ts': '',
  'sidecar/config/load.ts': '',
  'sidecar/observe/log.ts': '',
  'sidecar/host/tls.ts': '',
  'sidecar/icewarp/source.ts': '',
  'sidecar/storage/database.ts': '',
  'sidecar/sync/run.ts': '',
  'sidecar/application/sync-now.ts': '',
  'sidecar/facade/ldap/server.ts': '',
  'sidecar/facade/oidc/provider.ts': '',
  'sidecar/simulator/server.ts': '',
  'sidecar/app.ts': '',
  'sidecar/app-demo.ts': '',
  'sidecar/cli/serve.ts': '',
  'sidecar/main.ts': '',
  'plugin/plan.ts': '',
};

describe('the check of import directions', () => {
  const refused: readonly (readonly [from: string, source: string, fault: string])[] = [
    ['sidecar/core/a.ts', "import '../observe/log.ts';", 'sidecar/core/ may not import sidecar/observe/log.ts'],
    ['sidecar/core/a.ts', "import type { A } from '../config/load.ts';", 'may not import sidecar/config/load.ts'],
    ['sidecar/core/a.ts', "import 'node:fs';", 'sidecar/core/ may not import node:fs (allowed: node:crypto)'],
    ['sidecar/core/a.ts', "import 'zod';", 'may not import the package zod (allowed: none)'],
    ['sidecar/config/a.ts', "import '../observe/log.ts';", 'may not import sidecar/observe/log.ts'],
    ['sidecar/sync/a.ts', "import '../storage/database.ts';", 'may not import sidecar/storage/database.ts'],
    ['sidecar/application/a.ts', "import '../directory/snapshot.ts';", 'may not import sidecar/directory/snapshot.ts'],
    ['sidecar/icewarp/a.ts', "import '../storage/database.ts';", 'may not import sidecar/storage/database.ts'],
    ['sidecar/icewarp/a.ts', "export * from '../simulator/server.ts';", 'may not import sidecar/simulator/server.ts'],
    ['sidecar/icewarp/a.ts', "import 'express';", 'may not import the package express'],
    ['sidecar/storage/a.ts', "await import('undici');", 'may not import the package undici'],
    ['sidecar/storage/a.ts', "import 'umzug';", 'umzug is not among the dependencies of package.json'],
    ['sidecar/facade/ldap/a.ts', "import '../oidc/provider.ts';", 'may not import sidecar/facade/oidc/provider.ts'],
    ['sidecar/facade/ldap/a.ts', "import '../../sync/run.ts';", 'may not import sidecar/sync/run.ts'],
    ['sidecar/facade/ldap/a.ts', "import '../../icewarp/source.ts';", 'may not import sidecar/icewarp/source.ts'],
    ['sidecar/facade/ldap/a.ts', "import 'ldapjs';", 'may not import the package ldapjs (allowed: express, zod)'],
    ['sidecar/simulator/a.ts', "import '../core/model.ts';", 'may not import sidecar/core/model.ts'],
    ['plugin/a.ts', "import '../sidecar/config/load.ts';", 'may not import sidecar/config/load.ts'],
    ['sidecar/app.ts', "import './cli/serve.ts';", 'may not import sidecar/cli/serve.ts'],
    ['sidecar/sync-thread.ts', "import './main.ts';", 'may not import sidecar/main.ts'],
    ['sidecar/cli/a.ts', "import '../main.ts';", 'may not import sidecar/main.ts'],
    ['sidecar/cli/a.ts', "import '../../test/support/a.ts';", 'names test/support/a.ts, which does not exist'],
    ['sidecar/host/a.ts', "import './tls';", 'imports ./tls without its ending'],
    ['sidecar/host/a.ts', "import './gone.ts';", 'names sidecar/host/gone.ts, which does not exist'],
    ['sidecar/host/a.ts', "new Worker(new URL('../sync/run.ts', import.meta.url));", 'may not import sidecar/sync/run'],
    ['sidecar/host/a.ts', "type A = import('../sync/run.ts').A;", 'may not import sidecar/sync/run.ts'],
    ['sidecar/host/a.ts', 'await import(`../sync/run.ts`);', 'may not import sidecar/sync/run.ts'],
    ['sidecar/host/a.ts', 'await import(name);', 'import of a computed name'],
    ['sidecar/host/a.ts', "import 'fs';", 'imports fs: write node:fs'],
    ['sidecar/host/a.ts', "import { createRequire } from 'node:module';", 'createRequire hides imports'],
    ['sidecar/host/a.ts', "import '/srv/a.ts';", 'only relative files'],
    ['sidecar/host/a.ts', "import 'https://example.com/a.js';", 'only relative files'],
    ['sidecar/host/a.ts', "import '../../../a.ts';", 'outside the repository'],
    ['sidecar/spare/a.ts', '', 'no room for it in the plan of the house'],
    ['sidecar/facade/smtp/a.ts', '', 'no room for it in the plan of the house'],
    ['sidecar/facade/shared.ts', '', 'no room for it in the plan of the house'],
    ['sidecar/loose.ts', '', 'no room for it in the plan of the house'],
    ['test/unit/a.test.ts', "import 'left-pad';", 'left-pad is not declared in package.json'],
  ];
  for (const [from, source, fault] of refused) {
    it(`refuses in ${from}: ${source === '' ? '(its place)' : source}`, () => {
      const faults = importFaults({ ...targets, [from]: `\n${source}\n` });
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.ok(faults[0]?.startsWith(source === '' ? `${from}: ` : `${from}:2: `), faults[0]);
      assert.ok(faults[0]?.includes(fault), faults[0]);
    });
  }

  it('allows what the table allows', () => {
    const allowed: Fixture = {
      'sidecar/core/a.ts': "import { createHmac } from 'node:crypto'; import './model.ts';",
      'sidecar/sync/b.ts': "import '../core/model.ts'; import '../observe/log.ts'; import '../directory/snapshot.ts';",
      'sidecar/icewarp/b.ts': "import 'undici'; import { z } from 'zod'; import 'node:fs/promises';",
      'sidecar/facade/ldap/b.ts': "import '../../host/tls.ts'; import '../../application/sync-now.ts';",
      'sidecar/storage/b.ts': "await import('pg');",
      'plugin/b.ts': "import '../sidecar/config/mapping-files.ts'; import '@keycloak/keycloak-admin-client/lib/a.js';",
      'sidecar/app-demo.ts':
        "import './app.ts'; import './simulator/server.ts'; new URL('./b-thread.ts', import.meta.url);",
      'sidecar/b-thread.ts': "import './icewarp/source.ts'; import './storage/database.ts';",
      'sidecar/cli/b.ts': "import '../app-demo.ts'; import '../facade/ldap/server.ts'; import 'ldapjs';",
      'sidecar/main.ts': "import './cli/serve.ts'; import './app.ts';",
      'test/unit/b.test.ts': "import 'supertest'; import '../../sidecar/core/model.ts'; await import(name);",
    };
    assert.deepEqual(importFaults({ ...targets, ...allowed }), []);
  });

  it('is not misled by comments, strings, templates and regular expressions', () => {
    const source = [
      "// import '../sync/run.ts'",
      "/* import '../sync/run.ts' */",
      'const text = "import \'../sync/run.ts\'";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the fixture is source text that holds a template
      "const nested = `${/[`'/]/.test(text) ? `import('../sync/run.ts')` : ''}`;",
      "const page = new URL('./page.html', import.meta.url);",
      "const remote = new URL('../sync/run.ts', text);",
      "import '../core/model.ts';",
    ].join('\n');
    const modules = parse({ ...targets, 'sidecar/host/a.ts': source });
    const found = modules.find(({ path }) => path === 'sidecar/host/a.ts')?.imports;
    assert.deepEqual(found, [{ specifier: '../core/model.ts', line: 7, names: [] }]);
  });
});

describe('the check of single files', () => {
  const refused: readonly (readonly [path: string, source: string, fault: string])[] = [
    ['sidecar/core/a.ts', 'export default class A {}', 'default export'],
    ['sidecar/core/a.ts', 'const a = 1; export default a;', 'default export'],
    ['sidecar/core/a.ts', 'const a = 1; export { a as default };', 'default export'],
    ['test/support/a.ts', 'export default () => 1;', 'default export'],
    ['sidecar/core/a.ts', 'process.env.HOME;', 'reads process.env'],
    ['sidecar/app.ts', "process['argv'];", 'reads process.argv'],
    ['sidecar/cli/a.ts', 'globalThis.process.env;', 'reads process.env'],
    ['sidecar/cli/a.ts', 'const { env: e } = process;', 'reads process.env'],
    ['sidecar/cli/a.ts', "import { argv } from 'node:process';", 'reads process.argv'],
    ['sidecar/core/a.ts', 'export const a = ;', 'sidecar/core/a.ts:1: '],
    ['sidecar/core/myFile.ts', '', 'kebab-case'],
    ['sidecar/core/utils.ts', '', 'name it for what it is'],
    ['sidecar/core/a.ts', '\n'.repeat(261), '261 lines, at most 260'],
    ['test/unit/a.test.ts', '\n'.repeat(401), '401 lines, at most 400'],
  ];
  for (const [path, source, fault] of refused) {
    it(`refuses ${path}: ${source.trim() === '' ? fault : source}`, () => {
      const faults = fileFaults({ [path]: source });
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.ok(faults[0]?.includes(fault), faults[0]);
    });
  }

  it('allows a long enough file, a switch with a default, and main.ts reading the process', () => {
    const source = 'switch (process.pid) { default: }\n';
    assert.deepEqual(
      fileFaults({
        'sidecar/core/a.ts': source + '\n'.repeat(259),
        'sidecar/main.ts': 'process.env.A; process.argv; export { default as b } from "./b.ts";'.replace(
          'default as b',
          'b',
        ),
        'test/run.ts': 'process.env.CI;',
      }),
      [],
    );
  });
});

describe('the check of the graph', () => {
  it('finds rings of files, through types too, and names each once', () => {
    const faults = findCycles(
      parse({
        'sidecar/core/a.ts': "import './b.ts'; import './d.ts';",
        'sidecar/core/b.ts': "import type { C } from './c.ts';",
        'sidecar/core/c.ts': "import './a.ts'; import './d.ts';",
        'sidecar/core/d.ts': '',
        'sidecar/core/e.ts': "export * from './e.ts';",
      }),
    );
    assert.deepEqual(faults.map((fault) => fault.split(':')[0]).sort(), [
      'sidecar/core/a.ts → sidecar/core/b.ts → sidecar/core/c.ts → sidecar/core/a.ts',
      'sidecar/core/e.ts → sidecar/core/e.ts',
    ]);
  });

  it('finds files that neither the program nor a test reaches', () => {
    const faults = findUnreached(
      parse({
        'sidecar/main.ts': "new Worker(new URL('./sync-thread.ts', import.meta.url));",
        'sidecar/sync-thread.ts': "import './core/a.ts';",
        'sidecar/core/a.ts': '',
        'sidecar/core/tested.ts': '',
        'sidecar/core/alone.ts': "import './alone-too.ts';",
        'sidecar/core/alone-too.ts': '',
        'test/unit/a.test.ts': "import '../../sidecar/core/tested.ts';",
        'test/bench/ldap.bench.ts': "import './support/table.ts';",
        'test/bench/support/table.ts': '',
        'test/support/spare.ts': '',
        'test/support/write-docs.ts': '',
      }),
      ['node test/support/write-docs.ts --all'],
    );
    assert.deepEqual(
      faults.map((fault) => fault.split(':')[0]),
      ['sidecar/core/alone-too.ts', 'sidecar/core/alone.ts', 'test/support/spare.ts'],
    );
  });
});
