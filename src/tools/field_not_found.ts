import { shownText } from "./shown_text.ts";

/**
 * What is said of paths that none of the messages had; undefined where each was found. `isPartial`: some messages could
 * not be read.
 */
export function fieldNotFound(paths: readonly string[], isPartial = false): string | undefined {
  if (paths.length === 0) return undefined;
  const named = paths.map((path) => `"${shownText(path, 100)}"`).join(" or ");
  const wildcard = paths.some((path) => /(?:^|[.\]])\*/.test(path));
  return `No message ${
    isPartial ? "that could be read " : ""
  }has ${named}; get_topic_schema shows the fields` +
    (wildcard ? ", where * stands for each of several keys: write one of them" : "");
}
