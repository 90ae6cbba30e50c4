import { remembering } from "../remembered.ts";

/** `statusCode`, `status_code`, `STATUS-CODE` → `status`, `code`. */
export const splitWords: (text: string) => readonly string[] = remembering((text) =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== "")
);
