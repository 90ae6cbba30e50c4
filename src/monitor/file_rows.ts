/** Rows of a file that is taken away, as JSON Lines or CSV, written a portion at a time. */
import { toCsv } from "./csv.ts";

/** What a file is written as. */
export type FileFormat = "jsonl" | "csv";

/** Writes rows in one format. */
export class FileRows {
  readonly #format: FileFormat;
  readonly #columns: readonly string[];

  /** `columns`: those of CSV, in order; JSON has whatever a row has. */
  constructor(format: FileFormat, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns;
  }

  /** What the file begins with. */
  get heading(): string {
    return this.#format === "csv" ? toCsv(this.#columns, []) : "";
  }

  lines(rows: readonly object[]): string {
    if (this.#format === "jsonl") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const flat = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "object" && value !== null ? JSON.stringify(value) : value,
        ]),
      )
    );
    const text = toCsv(this.#columns, flat);
    return text.slice(text.indexOf("\r\n") + 2);
  }

  /** A last line that says what is left out. */
  noted(note: string): string {
    return this.lines([{ truncated: true, note }]);
  }
}

/** A file as an answer: its pieces are made as they are sent. `signal` ends when nobody wants more of them. */
export function fileAnswer(
  request: Request,
  { name, format }: { name: string; format: FileFormat },
  piecesOf: (signal: AbortSignal) => AsyncGenerator<string>,
): Response {
  const ending = new AbortController();
  const pieces = piecesOf(AbortSignal.any([request.signal, ending.signal]));
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      ending.abort();
      await pieces.return(undefined);
    },
  }, { highWaterMark: 0 });
  return new Response(body, {
    headers: {
      "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
      "content-disposition": `attachment; filename="mqtt-mcp-${name}.${format}"`,
    },
  });
}
