/** A value that is given away once. */
export interface HandOver<Value> {
  /** Gives the value and keeps nothing of it; throws a `TypeError` when it was given away before. */
  take(): Value;
}

/** A directory of 100,000 users is no longer in memory once the function that took it is done with it, whoever holds the plan. */
export function createHandOver<Value>(value: Value): HandOver<Value> {
  let held: { readonly value: Value } | undefined = { value };
  return {
    take() {
      if (held === undefined) throw new TypeError('it was handed over before');
      const { value: taken } = held;
      held = undefined;
      return taken;
    },
  };
}
