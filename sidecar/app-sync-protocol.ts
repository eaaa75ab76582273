import type { MessagePort } from 'node:worker_threads';
import type { MappingTold } from './app-mapping.ts';
import type { MappingOutcome, SyncJob } from './app-sync-job.ts';
import type { ErrorCode } from './core/errors.ts';
import type { NumberRange } from './core/numeric-ids.ts';
import type { SourceDomain } from './core/ports/directory-source.ts';
import type { SnapshotBlock } from './directory/layout.ts';
import type { CallRecord } from './icewarp/connection.ts';
import type { LogLevel } from './observe/log.ts';
import type { BeforeUseAnswer } from './sync/before-use.ts';
import type { SyncReport } from './sync/report.ts';

/** What the thread is started with. */
export interface SyncThreadData {
  readonly job: SyncJob;
  readonly baseDn: string;
  /** Of users and groups on Unix hosts; left out where nobody asks for them. */
  readonly numbers?: NumberRange | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** What the threads before it told of the mapping. */
  readonly toldMapping: MappingTold | undefined;
  /** Carries what the connector counts. */
  readonly calls: MessagePort;
}

/** What a request may build on, and where. */
interface BuildTerms {
  /** What this process serves now: the same again needs no new snapshot. */
  readonly publishedGeneration: number | undefined;
  /** Of a version that nobody reads any more: to build in. */
  readonly memory: SharedArrayBuffer | undefined;
}

/** `load`: lay out what is committed. `run`: a sync first. `mapping`: the mapping in force is applied first. */
export interface BuildRequest extends BuildTerms {
  readonly kind: 'load' | 'run' | 'mapping';
  /** So many entries lie over what is served that a commit is laid out whole, however small. */
  readonly isLaden: boolean;
}

/** What was committed since `served` is to be laid over it, or laid out whole where it is too much. */
export interface FollowRequest extends BuildTerms {
  readonly kind: 'follow';
  readonly served: SnapshotBlock;
}

/** One account is to be read before its use. */
export interface AccountRequest {
  readonly kind: 'account';
  /** Canonical. */
  readonly address: string;
  /** As the last answer gave them; undefined: to be read. */
  readonly domains: readonly SourceDomain[] | undefined;
}

export type SyncThreadRequest = BuildRequest | FollowRequest | AccountRequest;

export interface BuildAnswer {
  /** Of a run; and of a `load` that failed. */
  readonly report: SyncReport | undefined;
  /** What to serve from now on; undefined = as before. */
  readonly block: SnapshotBlock | undefined;
  /** Committed and not laid out, as it is little: to be followed. */
  readonly toFollow?: number | undefined;
  /** Of the request's memory: `unused` = it can be used for something else, `used` = the block lies in it or it was too small. */
  readonly spare: 'unused' | 'used';
  /** Undefined when the mapping files were not looked at. */
  readonly mapping: MappingOutcome | undefined;
  /** Of an account. */
  readonly account?: AccountAnswer | undefined;
}

/** What came of reading an account. */
export type AccountAnswer =
  | ({ readonly isRead: true } & BeforeUseAnswer)
  | { readonly isRead: false; readonly code: ErrorCode | undefined; readonly message: string };

const batchSize = 64;
const batchMs = 200;

/** Gathers call records, for a message each would cost more than the counting. */
export function createCallBatch(port: MessagePort): (call: CallRecord) => void {
  let batch: CallRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    port.postMessage(batch);
    batch = [];
  };
  return (call) => {
    batch.push(call);
    if (batch.length >= batchSize) send();
    else timer ??= setTimeout(send, batchMs);
  };
}
