import { plainKey } from "../plain_keys.ts";
import { remembering } from "../remembered.ts";

/** `statusCode`, `status_code`, `STATUS-CODE` → `status`, `code`. */
export const splitWords: (text: string) => readonly string[] = remembering((text) =>
  plainKey(text).split(/[^\p{L}\p{M}]+/u).filter((word) => word !== "")
);
