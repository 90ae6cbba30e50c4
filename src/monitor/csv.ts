/** What a spreadsheet takes for the start of a formula, also in full width and behind what it leaves out. */
const FORMULA_START = /^(?:[\s\0\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n\0])/u;

/**
 * Rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe in front: names, topics
 * and arguments come from strangers.
 */
export function toCsv(
  columns: readonly string[],
  rows: Iterable<Readonly<Record<string, unknown>>>,
): string {
  const lines = [columns.map(cell).join(",")];
  for (const row of rows) lines.push(columns.map((column) => cell(row[column])).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = String(value);
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
