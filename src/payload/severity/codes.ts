import { Findings } from "./verdict.ts";

/** Status codes that HTTP defines; others (a radio on `433`) are no codes of trouble. */
const HTTP_ERROR_CODES = new Set([
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
]);

/** Finds an error in a status of HTTP that is one. */
export function judgeCode(code: number, key: string, found: Findings): void {
  if (HTTP_ERROR_CODES.has(code)) found.add(2, key, { text: "", code });
}
