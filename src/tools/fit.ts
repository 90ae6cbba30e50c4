/** The characters that the rows of one list may take in a result. */
export const ROWS_MAX_CHARS = 30_000;

/** As many rows from the front as fit into `maxChars` of JSON; the caller states how many were left out. */
export function fitRows<T>(rows: readonly T[], maxChars = ROWS_MAX_CHARS): T[] {
  let chars = 2;
  for (let i = 0; i < rows.length; i++) {
    chars += JSON.stringify(rows[i]).length + 1;
    if (chars > maxChars) return rows.slice(0, i);
  }
  return [...rows];
}
