import type { Notice } from './notice.ts';

/** One way to reach people. */
export interface Channel {
  /** For log lines; holds no secret. */
  readonly name: string;
  /** One try. Rejects with {@link DeliveryFailure}, or with the signal's reason when aborted. */
  send(notice: Notice, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Why one try failed. The message is one line, names the remedy where there is one, and holds no secret. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  /** The receiver has said no: asking again would get the same answer, or lock an account. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}
