/** Cursors of tools that answer in pages: what the next page goes on with, as one word, and why one cannot be gone on from. */
import type { z } from "zod";
import { invalidArgument, OperationError } from "../errors.ts";

/** A longer question is not written into a cursor: it has to be asked again. */
const QUESTION_MAX_CHARS = 2_000;

/** Whether a question is short enough to stand in a cursor, so that a page can be asked for without repeating it. */
export function fitsCursor(question: object): boolean {
  return JSON.stringify(question).length <= QUESTION_MAX_CHARS;
}

/** What the next page goes on with, as a cursor. */
export function writeCursor(facts: object): string {
  return new TextEncoder().encode(JSON.stringify(facts)).toBase64({ alphabet: "base64url" });
}

/** What {@linkcode writeCursor} wrote. Fails with `invalid` where it is something else. */
export function readCursor<T>(
  text: string,
  o: { readonly shape: z.ZodType<T>; readonly invalid: () => OperationError },
): T {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return o.shape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw o.invalid();
  }
}

/** The error of a cursor that `tool` did not give, or not to who asks; `what` it is not. */
export function invalidCursor(tool: string, what = tool): OperationError {
  return invalidArgument(
    `Cannot go on from this cursor: it is not a next_cursor of ${what}`,
    `Call ${tool} without cursor`,
  );
}

/** The error of a cursor with other arguments than those it was given for. */
export function otherQuestion(...names: readonly [string, ...string[]]): OperationError {
  return invalidArgument(
    `Cannot go on from this cursor with another ${
      names.join(" or ")
    }: it belongs to the call that gave it`,
    `Leave ${names.length > 1 ? "both" : names[0]} out to go on, or cursor out to ask anew`,
  );
}
