import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AuditHead } from '../core/ports/audit-heads.ts';
import type { AuditEntry } from '../core/ports/audit-log.ts';
import type { Secret } from '../core/secret.ts';

/** What the audit log says about itself. */
export type AuditNote =
  /** The first line of a chain. `afterPartialLine`: the file ended with half a line, as after a power cut. */
  | { readonly kind: 'audit_start'; readonly at: Date; readonly process: string; readonly afterPartialLine: boolean }
  /** So many entries could not be written. */
  | { readonly kind: 'audit_lost'; readonly at: Date; readonly entries: number };

/** Where a line stands in its chain. */
export interface LinePlace {
  readonly chain: string;
  /** From 1. */
  readonly number: number;
  /** MAC of the line before; empty for the first one. */
  readonly previous: string;
}

export interface ParsedLine extends LinePlace {
  readonly mac: string;
  readonly kind: string;
  readonly afterPartialLine: boolean;
}

/** Longest line read, in UTF-16 units; what is written is far shorter. */
export const maxLineLength = 32_768;
const maxNameLength = 400;
const maxTextLength = 1000;
const lineForm = /^(\{.{1,32768}),"mac":"([\w-]{43})"\}$/;
/** What a terminal or a viewer would act upon, beside what JSON escapes by itself. */
const unseen = /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Computes MACs (HMAC-SHA-256, base64url) of lines and heads under keys made from `secret`. */
export interface AuditMac {
  line(body: string): string;
  head(head: Omit<AuditHead, 'seal'>): string;
}

export function createAuditMac(secret: Secret): AuditMac {
  // As octets they would be made into keys anew for every line.
  const derive = (label: string) => createSecretKey(createHmac('sha256', secret.reveal()).update(label).digest());
  const [lineKey, headKey] = [derive('audit log: line'), derive('audit log: head')];
  const mac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    line: (body) => mac(lineKey, body),
    head: ({ chain, location, firstNumber, lastNumber, lastMac }) =>
      mac(headKey, JSON.stringify([chain, location, firstNumber, lastNumber, lastMac])),
  };
}

/** One line of JSON, without its line break, and its MAC, which covers all before it. */
export function toAuditLine(
  entry: AuditEntry | AuditNote,
  { chain, number, previous }: LinePlace,
  mac: AuditMac,
): { readonly text: string; readonly mac: string } {
  const body = JSON.stringify({ chain, number, previous, ...toFields(entry) }).replace(
    unseen,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const own = mac.line(body);
  return { text: `${body.slice(0, -1)},"mac":"${own}"}`, mac: own };
}

/** The parts of a line, whether its MAC is right; undefined when it is no line of ours. */
export function parseAuditLine(
  text: string,
  mac: AuditMac,
): (ParsedLine & { readonly isGenuine: boolean }) | undefined {
  const parts = lineForm.exec(text);
  const [, front = '', found = ''] = parts ?? [];
  let value: unknown;
  try {
    value = parts === null ? undefined : JSON.parse(`${front}}`);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { chain, number, previous, kind, afterPartialLine } = value as Record<string, unknown>;
  if (typeof chain !== 'string' || chain.length > 64 || typeof previous !== 'string' || typeof kind !== 'string') {
    return undefined;
  }
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined;
  const isGenuine = mac.line(`${front}}`) === found;
  return { chain, number, previous, kind, mac: found, isGenuine, afterPartialLine: afterPartialLine === true };
}

/** Field by field: whatever else an object may carry stays out of the log. */
function toFields(entry: AuditEntry | AuditNote): Readonly<Record<string, unknown>> {
  const { kind } = entry;
  const at = entry.at.toISOString();
  switch (entry.kind) {
    case 'login': {
      const {
        id,
        facade,
        listener,
        clientAddress,
        name,
        login,
        outcome,
        reason,
        presumed,
        decidedBy,
        lane,
        appPassword,
        durationMs,
      } = entry;
      return {
        ...{ at, kind, id: cut(id), facade: cut(facade), listener: cut(listener), clientAddress: cut(clientAddress) },
        ...{ name: cut(name, maxNameLength), login: cut(login), outcome, reason: cut(reason), presumed },
        ...{ decidedBy: cut(decidedBy), lane, appPassword: cut(appPassword), durationMs },
      };
    }
    case 'login_end':
      return {
        ...{ at, kind, id: cut(entry.id), login: cut(entry.login), result: cut(entry.result) },
        durationMs: entry.durationMs,
      };
    case 'act':
      return { at, kind, actor: cut(entry.actor), act: cut(entry.act), target: cut(entry.target) };
    case 'session_end':
      return {
        ...{ at, kind, user: cut(entry.user), login: cut(entry.login), client: cut(entry.client) },
        reason: cut(entry.reason),
      };
    case 'logout':
      return {
        ...{ at, kind, client: cut(entry.client), user: cut(entry.user), outcome: entry.outcome },
        ...{ attempts: entry.attempts, reason: cut(entry.reason) },
      };
    case 'audit_start':
      return { at, kind, process: cut(entry.process), afterPartialLine: entry.afterPartialLine };
    case 'audit_lost':
      return { at, kind, entries: entry.entries };
  }
}

function cut(text: string | undefined, length = maxTextLength): string | undefined {
  return text === undefined || text.length <= length ? text : `${text.slice(0, length)}…`;
}
