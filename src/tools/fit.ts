import { visibleJson } from "../payload/visible_text.ts";

/** The characters that the rows of one list may take in a result. */
export const ROWS_MAX_CHARS = 30_000;

/**
 * Facts whose named lists are shortened to so many characters of JSON each; what was left out is stated in `cut`.
 * The first rows of a list stay, so they must be the ones that matter most. `wayOut`: what shows the rest.
 */
export function fitLists<T extends object>(
  facts: T,
  limits: { readonly [K in keyof T]?: number },
  wayOut = "the result is full, narrow what is listened to",
): T & { cut?: string } {
  const said: string[] = [];
  const shown = { ...facts };
  for (const key of Object.keys(limits) as (keyof T & string)[]) {
    const rows = facts[key];
    if (!Array.isArray(rows)) continue;
    const fitting = fitRows(rows, limits[key]);
    if (fitting.length === rows.length) continue;
    shown[key] = fitting as T[typeof key];
    said.push(`${fitting.length} of ${rows.length} ${key} are shown`);
  }
  if (said.length === 0) return shown;
  return { ...shown, cut: `${said.join("; ")}: ${wayOut}` };
}

/** As many rows from the front as fit into `maxChars` of JSON; the caller states how many were left out. */
export function fitRows<T>(rows: readonly T[], maxChars = ROWS_MAX_CHARS): T[] {
  let chars = 2;
  for (let i = 0; i < rows.length; i++) {
    chars += visibleJson(rows[i]).length + 1;
    if (chars > maxChars) return rows.slice(0, i);
  }
  return [...rows];
}
