import { Findings } from "./verdict.ts";

/** Codes of HTTP by which something asked for was not given; others (a radio on `433`) are no codes of trouble. */
export const HTTP_REFUSALS: ReadonlyMap<number, string> = new Map([
  [400, "bad request"],
  [401, "not authorized"],
  [403, "forbidden"],
  [404, "not found"],
  [405, "not allowed"],
  [408, "timeout"],
  [409, "conflict"],
  [410, "gone"],
  [422, "not processable"],
  [429, "too many requests"],
  [500, "internal error"],
  [501, "not implemented"],
  [502, "bad gateway"],
  [503, "not available"],
  [504, "gateway timeout"],
]);

/** Finds an error in a status of HTTP that is one. */
export function judgeCode(code: number, key: string, found: Findings): void {
  // Below 0, libraries tell why there was no answer at all.
  if (code < 0 && code > -100 && /http/i.test(key)) found.add(2, key, { text: "no answer", code });
  if (HTTP_REFUSALS.has(code)) found.add(2, key, { text: "", code });
}
