/** What stands between the single quotes of a text in PHP. */
export function phpText(text: string): string {
  return text.replace(/[\\']/g, '\\$&');
}
