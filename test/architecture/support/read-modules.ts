import {
  isBindingElement,
  isCallExpression,
  isElementAccessExpression,
  isExportAssignment,
  isExportDeclaration,
  isExportSpecifier,
  isIdentifier,
  isImportDeclaration,
  isImportSpecifier,
  isImportTypeNode,
  isLiteralTypeNode,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isStringLiteral,
  isVariableDeclaration,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import type { SourceTree } from './source-tree.ts';

/**
 * One place where a file names another file or a package: static and dynamic import, export from, a type's import(), and
 * `new URL('./x.ts', import.meta.url)`, the way a worker or a child process is named.
 */
export interface ImportFact {
  /** undefined when it is computed at run time. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** Names it takes from the other side, as that side calls them. */
  readonly names: readonly string[];
}

/** Something else that a rule is about, and where it stands. */
export interface Finding {
  readonly line: number;
  readonly what: string;
}

/** What the rules need to know of one source file. */
export interface ModuleFacts {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly ImportFact[];
  readonly defaultExports: readonly Finding[];
  /** Reads of `process.env` and `process.argv`. */
  readonly processReads: readonly Finding[];
  readonly syntaxErrors: readonly Finding[];
}

const root = '/tree';

/** Parses every file of a tree with TypeScript's own parser. Nothing is resolved or checked. */
export function readModules(tree: SourceTree): ModuleFacts[] {
  const paths = [...tree.keys()].sort();
  const files: Record<string, string> = {
    [`${root}/tsconfig.json`]: JSON.stringify({
      compilerOptions: { noLib: true, noResolve: true, types: [] },
      files: paths,
    }),
  };
  for (const [path, text] of tree) files[`${root}/${path}`] = text;
  const api = new API({ cwd: root, fs: createVirtualFileSystem(files) });
  try {
    const project = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] }).getProjects()[0];
    if (project === undefined) throw new Error('TypeScript opened no project');
    return paths.map((path) => {
      const file = project.program.getSourceFile(`${root}/${path}`);
      if (file === undefined) throw new Error(`TypeScript did not read ${path}`);
      const syntaxErrors = project.program
        .getSyntacticDiagnostics(`${root}/${path}`)
        .map((fault) => ({ line: lineOf(file, fault.pos), what: fault.text }));
      return { path, lineCount: countLines(file.text), syntaxErrors, ...collectFacts(file) };
    });
  } finally {
    api.close();
  }
}

function collectFacts(file: SourceFile): Pick<ModuleFacts, 'imports' | 'defaultExports' | 'processReads'> {
  const imports: ImportFact[] = [];
  const defaultExports: Finding[] = [];
  const processReads: Finding[] = [];
  const visit = (node: Node): void => {
    const line = lineOf(file, node.getStart(file));
    const found = toImport(node, line);
    if (found !== undefined) imports.push(found);
    if (isDefaultExport(node)) defaultExports.push({ line, what: 'default export' });
    for (const name of toProcessReads(node)) processReads.push({ line, what: `process.${name}` });
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return { imports, defaultExports, processReads };
}

function toImport(node: Node, line: number): ImportFact | undefined {
  if (isImportDeclaration(node)) {
    return { specifier: textOf(node.moduleSpecifier), line, names: namesBelow(node.importClause) };
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { specifier: textOf(node.moduleSpecifier), line, names: [] };
  }
  if (isImportTypeNode(node)) {
    const argument = isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
    return { specifier: textOf(argument), line, names: [] };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    return { specifier: textOf(node.arguments[0]), line, names: [] };
  }
  if (isNewExpression(node) && isIdentifier(node.expression) && node.expression.text === 'URL') {
    const [target, base] = node.arguments ?? [];
    const specifier = textOf(target);
    if (base !== undefined && isMetaUrl(base) && specifier?.endsWith('.ts')) return { specifier, line, names: [] };
  }
  return undefined;
}

function namesBelow(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if (isImportSpecifier(node)) return [(node.propertyName ?? node.name).text];
  const names: string[] = [];
  node.forEachChild((child) => {
    names.push(...namesBelow(child));
  });
  return names;
}

function isMetaUrl(node: Node): boolean {
  return (
    isPropertyAccessExpression(node) && node.name.text === 'url' && node.expression.kind === SyntaxKind.MetaProperty
  );
}

function isDefaultExport(node: Node): boolean {
  if (isExportAssignment(node)) return true;
  if (isExportSpecifier(node)) return node.name.text === 'default';
  return node.kind === SyntaxKind.DefaultKeyword && node.parent.kind !== SyntaxKind.DefaultClause;
}

const guarded = new Set(['env', 'argv']);

function toProcessReads(node: Node): string[] {
  if (isPropertyAccessExpression(node) && isProcess(node.expression)) return onlyGuarded(node.name.text);
  if (isElementAccessExpression(node) && isProcess(node.expression))
    return onlyGuarded(textOf(node.argumentExpression));
  if (isImportDeclaration(node) && /^(node:)?process$/.test(textOf(node.moduleSpecifier) ?? '')) {
    return namesBelow(node.importClause).flatMap(onlyGuarded);
  }
  if (isVariableDeclaration(node) && isObjectBindingPattern(node.name) && isProcess(node.initializer)) {
    return node.name.elements.flatMap((element) => {
      const key = isBindingElement(element) ? (element.propertyName ?? element.name) : undefined;
      return onlyGuarded(key !== undefined && isIdentifier(key) ? key.text : undefined);
    });
  }
  return [];
}

function isProcess(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (isIdentifier(node)) return node.text === 'process';
  return isPropertyAccessExpression(node) && node.name.text === 'process' && isIdentifier(node.expression);
}

function onlyGuarded(name: string | undefined): string[] {
  return name !== undefined && guarded.has(name) ? [name] : [];
}

function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  return isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node) ? node.text : undefined;
}

function lineOf(file: SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function countLines(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}
