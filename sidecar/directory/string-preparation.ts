/**
 * Preparation of strings before they are compared (RFC 4518), as far as a JavaScript engine knows Unicode: mapping,
 * NFKC, case folding by lower case with the two foldings that lower case lacks (ß, final sigma), insignificant spaces.
 */

// RFC 4518 §2.2: what is mapped to nothing, and what is mapped to a space.
const mappedToNothing =
  /\u034f|[\ufe00-\ufe0f]|[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u06dd\u070f\u1806\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2063\u206a-\u206f\ufeff\ufff9-\ufffc]|[\u180b-\u180d]|\u200c|\u200d/g;
const mappedToSpace = /[\t-\r\u0085\p{Z}]/gu;
const plain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const ascii = /^[\x00-\x7f]*$/;

/**
 * A text as a *byte string*: one character for each octet of its UTF-8 form. Byte strings compare as the octets do and are what
 * tables of values hold; a text in ASCII is its own.
 */
export function toByteString(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The form in which texts that caseIgnoreMatch holds equal are the same. Never empty: blank text becomes one space. */
export function foldText(text: string): string {
  return plain.test(text) ? text.toLowerCase() : squeeze(mapText(text, true));
}

/** The form in which texts that caseExactMatch holds equal are the same. */
export function prepareExactText(text: string): string {
  return plain.test(text) ? text : squeeze(mapText(text, false));
}

export type FragmentPlace = 'initial' | 'any' | 'final';

/** {@link foldText} for a piece of a substring assertion: spaces inside it and at its open ends count (RFC 4518 §2.6.1). */
export function foldFragment(text: string, place: FragmentPlace): string {
  const mapped = mapText(text, true).replace(/ {2,}/g, ' ');
  if (place === 'initial') return mapped.trimStart();
  return place === 'final' ? mapped.trimEnd() : mapped;
}

/** Telephone numbers are equal whatever their spaces and hyphens (RFC 4517 §4.2.31). */
export function foldTelephone(text: string): string {
  return mapText(text, true).replace(/[ -]/g, '');
}

function mapText(text: string, ignoreCase: boolean): string {
  const mapped = text.replace(mappedToNothing, '').replace(mappedToSpace, ' ').normalize('NFKC');
  if (!ignoreCase) return mapped;
  return mapped.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ').normalize('NFKC');
}

function squeeze(text: string): string {
  const squeezed = text.replace(/ {2,}/g, ' ').trim();
  return squeezed === '' ? ' ' : squeezed;
}
