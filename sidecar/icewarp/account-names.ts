import type { SourceUser } from '../core/ports/directory-source.ts';
import type { NameParts, Properties } from './properties.ts';

export const nameProperties = ['A_VCard', 'A_Name', 'U_Name'] as const;

/**
 * The names of an account. The card is what the server's console edits, the others can be stale: the first that holds
 * something is taken, `listed` (the name in the list) last. What cannot be read falls to the next.
 */
export function toNames(
  properties: Properties,
  listed: string,
): Pick<SourceUser, 'displayName' | 'givenName' | 'surname'> {
  const card = properties.nameParts('A_VCard');
  const older = properties.nameParts('A_Name');
  const named = [card, older].find((parts) => hasText(parts?.given) || hasText(parts?.surname));
  const candidates = [card?.display, joined(card), joined(older), properties.text('U_Name')];
  return {
    displayName: candidates.find(hasText) ?? listed,
    givenName: named?.given ?? '',
    surname: named?.surname ?? '',
  };
}

function joined(parts: NameParts | undefined): string {
  return [parts?.given, parts?.surname].filter(hasText).join(' ');
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
