import { createHash } from 'node:crypto';

/**
 * The id of a component that we make, in the form of a UUID (RFC 9562 §5.8). The same name in the same realm always gets the same one, so
 * a component that somebody made by hand is told from ours.
 */
export function toComponentId(realmId: string, ...names: readonly string[]): string {
  const hash = createHash('sha256')
    .update(['icewarp-sidecar', realmId, ...names].join('\0'))
    .digest('hex');
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
