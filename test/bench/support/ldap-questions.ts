import type { ServedEntry } from '../../support/slapd-ldif.ts';

/** What to ask, chosen from the tree. */
export interface Questions {
  readonly entries: number;
  readonly users: readonly { readonly dn: string; readonly login: string; readonly uuid: string }[];
  /** A piece of an address that about a fifth of the users have, and how many. */
  readonly commonPiece: { readonly text: string; readonly hits: number };
  /** A piece that three users have. */
  readonly rarePiece: { readonly text: string; readonly hits: number };
  /** The group whose size is nearest to 50. */
  readonly group: { readonly dn: string; readonly members: number };
  readonly groups: number;
}

/** Most users remembered for single questions; all are counted. */
const sampleSize = 20_000;

/** Notes entries as they come; keeps little of them. */
export function createQuestions() {
  const users: { dn: string; login: string; uuid: string }[] = [];
  const pieces = new Map<string, number>();
  let group = { dn: '', members: Number.POSITIVE_INFINITY };
  let entries = 0;
  let groups = 0;
  let userCount = 0;
  return {
    note({ dn, attributes }: ServedEntry): void {
      entries += 1;
      const members = attributes.get('member')?.length ?? 0;
      if (dn.includes(',ou=groups,')) {
        groups += 1;
        if (Math.abs(members - 50) < Math.abs(group.members - 50)) group = { dn, members };
      }
      const login = attributes.get('uid')?.[0]?.toString();
      if (login === undefined) return;
      userCount += 1;
      if (users.length < sampleSize) {
        users.push({ dn, login, uuid: attributes.get('entryUUID')?.[0]?.toString() ?? '' });
      }
      const found = new Set((attributes.get('mail') ?? []).flatMap((mail) => piecesOf(mail.toString().toLowerCase())));
      for (const piece of found) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
    },
    finish(): Questions {
      const nearest = (wanted: number) => {
        let best = { text: '', hits: 0 };
        for (const [text, hits] of pieces) {
          if (Math.abs(hits - wanted) < Math.abs(best.hits - wanted)) best = { text, hits };
        }
        return best;
      };
      return { entries, users, commonPiece: nearest(userCount / 5), rarePiece: nearest(3), group, groups };
    },
  };
}

/** Every run of three characters before the `@`. */
function piecesOf(mail: string): string[] {
  const local = mail.slice(0, mail.indexOf('@'));
  return Array.from({ length: Math.max(0, local.length - 2) }, (_, at) => local.slice(at, at + 3));
}
