import { after } from 'node:test';
import {
  demoCompany,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../sidecar/simulator/simulator.ts';

export interface TestClient {
  readonly simulator: Simulator;
  /** Sends a body as it is and gives the text of the reply. */
  post(body: string, path?: string, init?: RequestInit): Promise<string>;
  /** Sends a command in an envelope. */
  call(command: string, params?: string, sid?: string): Promise<string>;
  /** Logs in and gives the sid. */
  login(email?: string, password?: string): Promise<string>;
  /** Sends JSON to the control endpoint. */
  control(method: string, path: string, body?: unknown): Promise<Response>;
}

/** Starts a simulator with the company of the demonstration; it stops after the suite. */
export async function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestClient> {
  const simulator = await startSimulator({ company: demoCompany(), tarpitMs: 0, ...options });
  after(() => simulator.stop());
  const post: TestClient['post'] = async (body, path = 'icewarpapi/', init = {}) => {
    const response = await fetch(simulator.url + path, { method: 'POST', body, ...init });
    return response.text();
  };
  const call: TestClient['call'] = (command, params = '', sid) => {
    const session = sid === undefined ? '' : ` sid="${sid}"`;
    return post(
      `<iq${session}><query xmlns="admin:iq:rpc"><commandname>${command}</commandname>` +
        `<commandparams>${params}</commandparams></query></iq>`,
    );
  };
  return {
    simulator,
    post,
    call,
    async login(email = 'admin@example.com', password = 'admin-demo') {
      const reply = await call('authenticate', credentials(email, password));
      const sid = /<iq type="result" sid="([^"]+)"/.exec(reply)?.[1];
      if (sid === undefined) throw new Error(`no session: ${reply}`);
      return sid;
    },
    control(method, path, body) {
      return fetch(simulator.controlUrl + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
    },
  };
}

export function credentials(email: string, password: string, more = ''): string {
  return `<authtype>0</authtype><email>${email}</email><password>${password}</password><digest/><persistentlogin>0</persistentlogin>${more}`;
}

/** Parameters for some properties of an account. */
export function propertiesOf(address: string, ...names: readonly string[]): string {
  const items = names.map((name) => `<item><propname>${name}</propname></item>`).join('');
  return `<accountemail>${address}</accountemail><accountpropertylist>${items}</accountpropertylist>`;
}

/** A list request. */
export function listOf(domain: string, type: string, offset = 0, count = 100, mask = '*'): string {
  return `<domainstr>${domain}</domainstr><filter><namemask>${mask}</namemask><typemask>${type}</typemask></filter><offset>${offset}</offset><count>${count}</count>`;
}

/** Texts of all leaves of that name, in order. */
export function leaves(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');
}

/** The uid of an error reply; undefined for a result. */
export function uidOf(xml: string): string | undefined {
  return /<iq type="error"[\s\S]*<error uid="([^"]*)"\/>/.exec(xml)?.[1];
}
