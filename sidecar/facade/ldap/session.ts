import type { View } from '../../core/access.ts';
import { escapeDnValue } from '../../directory/dn.ts';

/** Who a connection is: set by a bind, gone with the next one (RFC 4513 §4). */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly userId: string; readonly authzId: string }
  /** `secretId`: of the secret that was used; see ServiceAccounts. */
  | { readonly kind: 'service'; readonly name: string; readonly secretId: string };

export const anonymous: Identity = { kind: 'anonymous' };

/** What an identity may see. */
export function viewOf(identity: Identity): View {
  switch (identity.kind) {
    case 'anonymous':
      return { kind: 'nothing' };
    case 'user':
      return { kind: 'self', userId: identity.userId };
    case 'service':
      return { kind: 'everything' };
  }
}

/** The identity as an authzId (RFC 4513 §5.2.1.8); empty for nobody. */
export function authzIdOf(identity: Identity): string {
  switch (identity.kind) {
    case 'anonymous':
      return '';
    case 'user':
      return identity.authzId;
    case 'service':
      return `dn:cn=${escapeDnValue(identity.name)}`;
  }
}
