import { posix } from 'node:path';

/** Where an import specifier leads. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  /** An absolute path or URL. */
  | { readonly kind: 'foreign' };

/** Turns a specifier into its target; `from` is the path of the importing file from the root. */
export function resolveSpecifier(specifier: string, from: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) };
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier };
  if (/^(\/|#|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return { kind: 'foreign' };
  const parts = specifier.split('/');
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}
