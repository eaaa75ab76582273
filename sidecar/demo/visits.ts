import { randomBytes } from 'node:crypto';
import type { IDToken, UserInfoResponse } from 'openid-client';

/** What the application knows of one browser. */
export type Visit =
  /** On the way to the sign-in page. */
  | { readonly kind: 'leaving'; readonly verifier: string; readonly state: string; readonly nonce: string }
  | {
      readonly kind: 'signed_in';
      readonly claims: IDToken;
      readonly userInfo: UserInfoResponse;
      readonly idToken: string;
    };

export interface Visits {
  /** Gives the new visit's id, for the cookie. */
  begin(visit: Visit): string;
  find(id: string): Visit | undefined;
  end(id: string): void;
}

const maxVisits = 200;

/** Visits in memory; beyond a bound the oldest are forgotten. */
export function createVisits(): Visits {
  const visits = new Map<string, Visit>();
  return {
    begin(visit) {
      const id = randomBytes(18).toString('base64url');
      visits.set(id, visit);
      for (const oldest of visits.keys()) {
        if (visits.size <= maxVisits) break;
        visits.delete(oldest);
      }
      return id;
    },
    find: (id) => visits.get(id),
    end(id) {
      visits.delete(id);
    },
  };
}
