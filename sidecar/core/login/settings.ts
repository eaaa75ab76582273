/** What an account with a second factor gets: in with the password alone, refused, or asked for the code. */
export type TwoFactorPolicy = 'accept' | 'reject' | 'code';

/** The numbers of a login. */
export interface LoginSettings {
  readonly limits: {
    /** Failures of one account; 0 = what IceWarp's own policy allows less 2, or 3 where that cannot be read. */
    readonly accountFailures: number;
    /** Failures of one end user's address, over all accounts. */
    readonly addressFailures: number;
    /** The time in which failures are counted. */
    readonly windowMinutes: number;
    /** How long IceWarp remembers a failure, where its policy cannot be read. */
    readonly blockMinutes: number;
  };
  readonly lanes: {
    readonly fastCalls: number;
    /** Of these, kept for passwords that IceWarp accepted before; at most a quarter. */
    readonly reservedCalls: number;
    readonly slowCalls: number;
    /** After this time a call is presumed to be about a wrong password. */
    readonly fastSeconds: number;
    readonly waiting: number;
    readonly accountShare: number;
    readonly addressShare: number;
    readonly applicationShare: number;
  };
  readonly knownBad: { readonly firstMinutes: number; readonly longestMinutes: number; readonly pairs: number };
  readonly justAcceptedSeconds: number;
  /** 0 = off. */
  readonly recentSuccessSeconds: number;
  /** 0 = off. */
  readonly outageHours: number;
}

export const defaultLoginSettings: LoginSettings = {
  limits: { accountFailures: 0, addressFailures: 20, windowMinutes: 10, blockMinutes: 10 },
  lanes: {
    fastCalls: 32,
    reservedCalls: 8,
    slowCalls: 64,
    fastSeconds: 2,
    waiting: 512,
    accountShare: 4,
    addressShare: 8,
    applicationShare: 24,
  },
  knownBad: { firstMinutes: 10, longestMinutes: 60, pairs: 1_000_000 },
  justAcceptedSeconds: 60,
  recentSuccessSeconds: 0,
  outageHours: 0,
};
