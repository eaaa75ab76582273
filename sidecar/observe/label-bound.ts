/** Values a label may take; each is a time series of its own, kept for ever. */
const maxValues = 64;

/** Lets the first values through and calls all later new ones `other`, so that nobody outside can fill the memory. */
export function createLabelBound(): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= maxValues || value.length > 100) return 'other';
    seen.add(value);
    return value;
  };
}
