import { Gauge, type Registry } from 'prom-client';

/** Gives what adds gauges that ask for a state when they are read. What is not known has no value. */
export function createStateGauges<State>(
  registry: Registry,
  prefix: string,
  state: () => State,
): (name: string, help: string, value: (state: State) => number | undefined) => void {
  return (name, help, value) => {
    new Gauge({
      name: prefix + name,
      help,
      registers: [registry],
      collect() {
        const known = value(state());
        if (known === undefined) this.remove();
        else this.set(known);
      },
    });
  };
}
