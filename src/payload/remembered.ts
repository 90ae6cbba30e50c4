/** Texts that come again and again, such as the names of fields, are taken apart once. */

/**
 * What `read` makes of a text, remembered for texts of up to `longest` characters; once there are `most` of them all are
 * forgotten. `read` must be pure.
 */
export function remembering<T>(
  read: (text: string) => T,
  { most = 4_096, longest = Infinity }: { most?: number; longest?: number } = {},
): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    const value = read(text);
    if (text.length <= longest) {
      if (known.size >= most) known.clear();
      known.set(text, value);
    }
    return value;
  };
}
