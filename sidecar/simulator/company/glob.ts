/**
 * Makes a test for a mask with `*` and `?`, without regard to case. Takes time in proportion to text times mask at
 * worst, never more: masks come from clients.
 */
export function createGlob(mask: string): (text: string) => boolean {
  const pattern = mask.toLowerCase();
  if (/^\**$/.test(pattern)) return () => true;
  return (text) => matches(pattern, text.toLowerCase());
}

function matches(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern++;
      starText = inText;
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      inPattern = star + 1;
      inText = ++starText;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
