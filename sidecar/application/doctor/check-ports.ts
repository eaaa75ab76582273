import { fail, ok, warn } from './finding.ts';
import type { Check } from './run-checks.ts';

/** A port that the settings name. */
export interface NamedPort {
  readonly setting: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Who listens on a port of this machine. */
export type PortState =
  | { readonly kind: 'free' }
  /** `owners`: programs with their process ids; empty where the system does not tell. */
  | { readonly kind: 'taken'; readonly owners: readonly string[] };

export interface PortPorts {
  readonly ports: readonly NamedPort[];
  readonly look: (port: NamedPort) => Promise<PortState>;
  /** Whether it is this service that answers there; undefined where this machine may not ask. */
  readonly isOurs: (port: NamedPort) => Promise<boolean | undefined>;
}

/** Whether each port is free, ours, or another program's. */
export function checkPorts({ ports, look, isOurs }: PortPorts): Check {
  return {
    name: 'ports',
    remedy: 'look by hand: `ss -ltnp` on Linux, `netstat -ano` on Windows',
    async run(find) {
      for (const port of ports) {
        const where = `${port.setting}: port ${port.port} on ${port.host}`;
        if (port.port === 0) {
          find(warn(`${port.setting} is 0: another port at each start`, 'choose a port that clients can be told'));
          continue;
        }
        const state = await look(port);
        if (state.kind === 'free') {
          find(warn(`${where} is free: the service does not run, or not with these settings`, 'start it: `serve`'));
          continue;
        }
        const who = state.owners.length === 0 ? '' : ` (${state.owners.join(', ')})`;
        const ours = await isOurs(port);
        if (ours === undefined) find(ok(`${where} is in use${who}; it takes no questions from this machine`));
        else if (ours) find(ok(`${where} is this service’s${who}`));
        else
          find(
            fail(
              `${where} is taken by another program${who}`,
              `end that program, or choose another ${port.setting}${who === '' ? '; `ss -ltnp` or `netstat -ano` shows which it is' : ''}`,
            ),
          );
      }
    },
  };
}
