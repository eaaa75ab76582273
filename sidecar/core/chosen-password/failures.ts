/**
 * `limited`: too many wrong ones came from there, this one was not looked at. `busy`: so many are being looked at that this one
 * had to be left alone; it says nothing about the password.
 */
export type PasswordVerdict = 'right' | 'wrong' | 'limited' | 'busy';

export interface TrialLimits {
  /** Wrong passwords, each another one, that an account may be tried with from one address … */
  readonly maxWrong: number;
  /** … within this time. */
  readonly windowMs: number;
  /** Pairs of account and address that are remembered; beyond them those go that were not seen for longest. */
  readonly maxPlaces: number;
}

const usualLimits: TrialLimits = { maxWrong: 10, windowMs: 600_000, maxPlaces: 10_000 };

/** How one try begins. */
export type Trial =
  | { readonly kind: 'known'; readonly verdict: 'wrong' | 'limited' }
  /** The same password from the same place is being looked at. */
  | { readonly kind: 'under_way'; readonly verdict: Promise<PasswordVerdict> }
  | {
      readonly kind: 'open';
      /** Counts the try as its end says, and gives that. */
      follow(verdict: Promise<PasswordVerdict>): Promise<PasswordVerdict>;
      /** It was not looked at after all. */
      giveBack(): void;
    };

export interface Trials {
  /** `print` stands for the password and tells nothing of it. */
  begin(place: string, print: string): Trial;
}

interface Place {
  /** Print → when it was found wrong. */
  readonly wrong: Map<string, number>;
  readonly underWay: Map<string, Promise<PasswordVerdict>>;
  opened: number;
}

/** Counts wrong passwords by place, those under way included, so that many at once cannot pass the limit. */
export function createTrials(now: () => number, limits: Partial<TrialLimits>): Trials {
  const { maxWrong, windowMs, maxPlaces } = { ...usualLimits, ...limits };
  const places = new Map<string, Place>();

  const open = (name: string): Place => {
    const place = places.get(name) ?? { wrong: new Map(), underWay: new Map(), opened: 0 };
    // Behind all others: the first of a Map is the one that was not seen for longest.
    places.delete(name);
    places.set(name, place);
    const [oldest] = places.keys();
    if (places.size > maxPlaces && oldest !== undefined) places.delete(oldest);
    const since = now() - windowMs;
    for (const [print, at] of place.wrong) if (at <= since) place.wrong.delete(print);
    return place;
  };

  return {
    begin(name, print) {
      const place = open(name);
      if (place.wrong.has(print)) return { kind: 'known', verdict: 'wrong' };
      const underWay = place.underWay.get(print);
      if (underWay !== undefined) return { kind: 'under_way', verdict: underWay };
      if (place.wrong.size + place.opened >= maxWrong) return { kind: 'known', verdict: 'limited' };
      place.opened += 1;
      const end = () => {
        place.opened -= 1;
        place.underWay.delete(print);
      };
      return {
        kind: 'open',
        giveBack: end,
        follow(verdict) {
          const counted = verdict.then((each) => {
            if (each === 'wrong') place.wrong.set(print, now());
            return each;
          });
          const ended = counted.finally(end);
          place.underWay.set(print, ended);
          return ended;
        },
      };
    },
  };
}
