import type { User } from '../model.ts';
import type { KeptCandidate, ReadCandidate } from './candidates.ts';
import type { ReconcileInput } from './plan.ts';

/** Who may go on under another address, and who may be that. */
export interface RenameQuestion {
  /** Stored users whose account is gone, or is another person's by now. */
  readonly vanished: readonly User[];
  /** Those who are there and whom the filter takes. */
  readonly present: readonly (ReadCandidate | KeptCandidate)[];
  /** Whether the reading shows an account of that name, taken by the filter or not. */
  readonly isListed: (login: string) => boolean;
  readonly terms: Pick<ReconcileInput, 'confirmed' | 'policy' | 'now'>;
}

/** A stored user that goes on under another address. */
export interface SettledRename {
  readonly from: User;
  /** Who was stored under the new address meanwhile: that entry goes. */
  readonly replaced: User | undefined;
}
