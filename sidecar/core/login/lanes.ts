import type { Clock } from '../ports/clock.ts';
import { settled } from './deadline.ts';
import type { LoginSettings } from './settings.ts';

export type Lane = 'waiting' | 'fast' | 'slow';

/** One call to IceWarp on its way through the lanes. */
export interface LaneCall {
  readonly account: string;
  readonly address: string;
  readonly isApplication: boolean;
  /** IceWarp accepted this very password of the account before, so it will hardly be held back. */
  readonly isTrusted: boolean;
  /** Sends it; the promise never rejects. Undefined when it was not sent after all. */
  begin(): Promise<unknown> | undefined;
  /** It left the fast lane: a right password would have been answered. */
  onSlow(): void;
  /** It has to make room. */
  abort(): void;
}

export interface Lanes {
  /** Lets the call begin, now or when there is room; false when too many wait already. */
  enter(call: LaneCall): boolean;
  /** Takes back a call that has not begun. */
  leave(call: LaneCall): void;
}

/**
 * Two lanes, so that wrong passwords, which IceWarp holds back for half a minute, never keep right ones from being asked about. Every
 * call begins in the fast lane, of which no account and no address gets more than its share, and leaves it after some seconds for the
 * slow one; when that is full, the oldest call in it is given up. Some places of the fast lane are kept for passwords that were right
 * before: those hold a place for milliseconds, and however many wrong ones arrive at once do not stand in their way.
 */
export function createLanes(clock: Clock, settings: LoginSettings['lanes']): Lanes {
  // Sets keep the order of arrival.
  const waiting = new Set<LaneCall>();
  const fast = new Set<LaneCall>();
  const slow = new Set<LaneCall>();
  const shares = new Map<string, number>();
  const reserved = Math.min(settings.reservedCalls, Math.floor(settings.fastCalls / 4));
  let trusted = 0;

  function hasRoom(call: LaneCall): boolean {
    if (fast.size >= settings.fastCalls || (shares.get(accountShare(call)) ?? 0) >= settings.accountShare) return false;
    if (call.isTrusted) return true;
    const ofAddress = call.isApplication ? settings.applicationShare : settings.addressShare;
    return fast.size - trusted < settings.fastCalls - reserved && (shares.get(addressShare(call)) ?? 0) < ofAddress;
  }

  function changeShares(call: LaneCall, difference: 1 | -1): void {
    // Wrong passwords from an address take nothing from the right ones that come from there, nor the other way round.
    for (const share of call.isTrusted ? [accountShare(call)] : [accountShare(call), addressShare(call)]) {
      const count = (shares.get(share) ?? 0) + difference;
      if (count === 0) shares.delete(share);
      else shares.set(share, count);
    }
  }

  function begin(call: LaneCall): void {
    const sent = call.begin();
    if (sent === undefined) return;
    fast.add(call);
    if (call.isTrusted) trusted += 1;
    changeShares(call, 1);
    const ended = new AbortController();
    clock.sleep(settings.fastSeconds * 1000, ended.signal).then(
      () => slowDown(call),
      () => {},
    );
    void sent.then(() => {
      ended.abort(settled);
      leaveFast(call);
      slow.delete(call);
      letIn();
    });
  }

  function leaveFast(call: LaneCall): boolean {
    const wasFast = fast.delete(call);
    if (!wasFast) return false;
    if (call.isTrusted) trusted -= 1;
    changeShares(call, -1);
    return true;
  }

  function slowDown(call: LaneCall): void {
    if (!leaveFast(call)) return;
    const [oldest] = slow;
    if (slow.size >= settings.slowCalls && oldest !== undefined) {
      slow.delete(oldest);
      oldest.abort();
    }
    slow.add(call);
    call.onSlow();
    letIn();
  }

  function letIn(): void {
    for (const call of waiting) {
      if (fast.size >= settings.fastCalls) return;
      if (!hasRoom(call)) continue;
      waiting.delete(call);
      begin(call);
    }
  }

  return {
    enter(call) {
      if (hasRoom(call)) begin(call);
      else if (waiting.size >= settings.waiting) return false;
      else waiting.add(call);
      return true;
    },
    leave: (call) => void waiting.delete(call),
  };
}

function accountShare(call: LaneCall): string {
  return `account ${call.account}`;
}

function addressShare(call: LaneCall): string {
  return `address ${call.address}`;
}
