import { builtinModules } from 'node:module';
import { findRoom, type Room } from './house.ts';
import type { ImportFact, ModuleFacts } from './read-modules.ts';
import { resolveSpecifier } from './resolve.ts';

/** Names of the packages in package.json. */
export interface DeclaredPackages {
  readonly production: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
}

/** Both columns of the table: which files and which packages a file leans on. One line of text per violation. */
export function checkImports(modules: readonly ModuleFacts[], declared: DeclaredPackages): string[] {
  const files = new Set(modules.map((module) => module.path));
  return modules.flatMap((module) => {
    const room = findRoom(module.path);
    if (room === undefined) {
      return [`${module.path}: no room for it in the plan of the house; move it or change the plan first`];
    }
    return module.imports.flatMap((fact) => {
      const fault = findFault(module.path, room, fact, files, declared);
      return fault === undefined ? [] : [`${module.path}:${fact.line}: ${fault}`];
    });
  });
}

function findFault(
  from: string,
  room: Room,
  fact: ImportFact,
  files: ReadonlySet<string>,
  declared: DeclaredPackages,
): string | undefined {
  const inTests = room.name === 'test/';
  if (fact.specifier === undefined) {
    return inTests ? undefined : 'import of a computed name: nobody can see where it leads; import a literal name';
  }
  const target = resolveSpecifier(fact.specifier, from);
  switch (target.kind) {
    case 'foreign':
      return `imports ${fact.specifier}: only relative files, node: modules and packages by name`;
    case 'node':
      if (room.nodeModules !== 'any' && !room.nodeModules.includes(target.name)) {
        return `${room.name} may not import ${target.name} (allowed: ${room.nodeModules.join(', ')})`;
      }
      if (target.name === 'node:module' && fact.names.includes('createRequire') && !inTests) {
        return 'createRequire hides imports; use import';
      }
      return undefined;
    case 'package':
      return findPackageFault(target.name, room, declared);
    case 'file':
      return findFileFault(fact.specifier, target.path, room, files);
  }
}

function findPackageFault(name: string, room: Room, declared: DeclaredPackages): string | undefined {
  if (builtinModules.includes(name)) return `imports ${name}: write node:${name}`;
  if (room.packages === 'declared') {
    const known = declared.production.has(name) || declared.development.has(name);
    return known ? undefined : `package ${name} is not declared in package.json`;
  }
  if (!room.packages.includes(name)) {
    const allowed = room.packages.length === 0 ? 'none' : room.packages.join(', ');
    return `${room.name} may not import the package ${name} (allowed: ${allowed})`;
  }
  return declared.production.has(name) ? undefined : `package ${name} is not among the dependencies of package.json`;
}

function findFileFault(specifier: string, path: string, room: Room, files: ReadonlySet<string>): string | undefined {
  if (!/\.(ts|json)$/.test(specifier)) return `imports ${specifier} without its ending; write .ts`;
  if (path.startsWith('../')) return `imports ${specifier}, which lies outside the repository`;
  if (path.endsWith('.ts') && !files.has(path)) return `names ${path}, which does not exist`;
  if (room.holds(path) || room.mayImport.some((prefix) => path.startsWith(prefix))) return undefined;
  return `${room.name} may not import ${path}`;
}
