import type { Login } from '../../core/login/order.ts';
import type { TwoFactorPolicy } from '../../core/login/settings.ts';
import type { Accounts } from '../../core/ports/accounts.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ChosenServiceAccount, MadeServiceAccount } from '../../core/service-accounts.ts';
import type { Snapshot } from '../../directory/snapshot.ts';
import { createAskAccount } from './account-question.ts';
import { ConnectionCounts } from './admission.ts';
import type { Diagnostics } from './diagnostics.ts';
import { defaultLimits, type LdapLimits } from './limits.ts';
import type { ListenerPlace } from './listen.ts';
import { createAskLogin } from './login-question.ts';
import type { ServiceRefusal } from './operation.ts';
import type { ResultCode } from './result-codes.ts';
import { createServiceAccounts } from './service-accounts.ts';
import { serveLdap } from './serving.ts';
import type { TlsMaterial } from './tls-upgrade.ts';

type PlaceOptions = Pick<
  ListenerPlace,
  'tls' | 'material' | 'requireTls' | 'networks' | 'proxyProtocolFrom' | 'profile'
>;

export interface LdapServerOptions extends PlaceOptions {
  /** What the audit and app passwords call this listener; `ldap` when left out. */
  readonly name?: string;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly baseDn: string;
  /** The published directory; undefined while nothing was ever committed. */
  readonly snapshot: () => Snapshot | undefined;
  readonly login: Login;
  /** Accounts that came after the last synchronisation; without it searches know of none. */
  readonly accounts?: Pick<Accounts, 'lookUp'>;
  readonly serviceAccounts: readonly ChosenServiceAccount[];
  /** Service accounts beside the configured ones, at the start. */
  readonly madeServiceAccounts?: readonly MadeServiceAccount[];
  /** Privileges or roles that a user must have to log in here. */
  readonly require: readonly string[];
  /** How long a bind may take. */
  readonly deadlineMs: number;
  /** What an account with a second factor gets; refused when left out. */
  readonly twoFactor?: TwoFactorPolicy;
  /** Whether a refused bind says why; it does not when left out. */
  readonly diagnostics?: Diagnostics;
  /** Whether a client's address is an application's, behind which many people are; none is when left out. */
  readonly isApplicationAddress?: (address: string) => boolean;
  readonly limits?: Partial<LdapLimits>;
  readonly log: Log;
  /** Hears of every finished bind. */
  readonly onBind?: (resultCode: ResultCode, durationMs: number) => void;
  /** Hears of every bind of a service account that was not accepted. */
  readonly onServiceRefusal?: (refusal: ServiceRefusal) => void;
  /** Hears of every finished search. */
  readonly onSearch?: (resultCode: ResultCode, entries: number, durationMs: number) => void;
  /** The product's version, shown in the root DSE. */
  readonly vendorVersion: string;
}

export interface LdapServer {
  readonly port: number;
  readonly address: string;
  /** Connections open now. */
  readonly connections: number;
  /** Puts these in the place of the made service accounts. Connections of one that is gone or has another secret are closed. */
  replaceServiceAccounts(accounts: readonly MadeServiceAccount[]): void;
  /** Another certificate, for connections that begin from now on. */
  replaceMaterial(material: TlsMaterial): void;
  /** Tells every client, closes all and resolves within a second. */
  stop(): Promise<void>;
}

/**
 * One listener in this very thread, without workers: for programs that are no service, and for tests. Rejects when it cannot listen:
 * see `listen`.
 */
export async function startLdapServer(options: LdapServerOptions): Promise<LdapServer> {
  const { name = 'ldap', host, port, require, deadlineMs, login } = options;
  const limits: LdapLimits = { ...defaultLimits, ...options.limits };
  const terms = { name, require, deadlineMs, twoFactor: options.twoFactor ?? 'reject' };
  const serviceAccounts = createServiceAccounts(options.serviceAccounts, options.madeServiceAccounts);
  const serving = await serveLdap({
    listeners: [{ ...toPlaceOptions(options), name, host, port, diagnostics: options.diagnostics ?? 'none' }],
    isPortShared: false,
    askLogin: createAskLogin({
      login,
      listeners: [terms],
      isApplicationAddress: options.isApplicationAddress ?? (() => false),
    }),
    askAccount: options.accounts && createAskAccount(options.accounts),
    admission: new ConnectionCounts(1).createAdmission(0, limits),
    baseDn: options.baseDn,
    snapshot: options.snapshot,
    log: options.log,
    onBind: options.onBind,
    onServiceRefusal: options.onServiceRefusal,
    onSearch: options.onSearch,
    vendorVersion: options.vendorVersion,
    ...{ serviceAccounts, limits },
  });
  return {
    port: serving.listeners[0]?.port ?? port,
    address: serving.listeners[0]?.address ?? host,
    get connections() {
      return serving.connections;
    },
    replaceMaterial: (material) => serving.replaceMaterial(name, material),
    replaceServiceAccounts(accounts) {
      serviceAccounts.replaceMade(accounts);
      serving.checkServiceAccounts();
    },
    stop: () => serving.stop(),
  };
}

function toPlaceOptions(options: PlaceOptions): PlaceOptions {
  const { tls = 'none', material, requireTls, networks = [], proxyProtocolFrom = [], profile = 'generic' } = options;
  return { tls, material, requireTls, networks, proxyProtocolFrom, profile };
}
