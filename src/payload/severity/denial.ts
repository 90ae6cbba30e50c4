/** Whether what stands around a word of trouble denies it. */
import { CLOSING_DENIALS, FILLERS, NAMING_NOUNS, NEGATIONS, RESOLVED } from "./denial_words.ts";
import { type Token, wordRank } from "./tokens.ts";

/** Whether the word of trouble at a place is denied by what stands around it. */
export function isDenied(tokens: Token[], at: number): boolean {
  return isDeniedBefore(tokens, at) || isDeniedAfter(tokens, at);
}

/** "no error", "0 new errors", "kein bekannter Fehler", "no errors or warnings". */
function isDeniedBefore(tokens: Token[], at: number): boolean {
  for (let i = at - 1; i >= 0 && i >= at - 3; i--) {
    const token = tokens[i];
    if (token.kind === "break" || token.kind === "bind") return false;
    if (token.kind === "number") {
      if (!isZero(token)) return false;
      // "errors: 0 warnings: 2": the zero belongs to what stands before it.
      const bound = tokens[i - 1]?.kind === "bind" && i >= 2 && wordRank(tokens[i - 2]) > 0;
      return !bound;
    }
    // "Module not discharging alarm": what is denied stands between.
    if (token.text === "not" && /.ing$/.test(tokens[i + 1].text) && i + 1 < at) return false;
    if (NEGATIONS.has(token.text)) return true;
    // "Hit * for faults", "checking for errors": nothing is said to be wrong.
    if (i === at - 1 && token.text === "for" && tokens[at].text.endsWith("s")) return true;
  }
  return false;
}

/** "Allarme incendio ripristinato", "fire alarm kitchen restored". */
function isOverAtEnd(tokens: Token[], at: number): boolean {
  let end = at + 1;
  while (end < tokens.length && end <= at + 5 && tokens[end].kind === "word") end++;
  const last = tokens[end - 1];
  const isWhole = end === tokens.length || tokens[end].kind === "break";
  return isWhole && end - 1 > at && last.text.length > 6 && RESOLVED.has(last.text);
}

/** "errors: 0", "error = none", "fault has been cleared", "error handler started". */
function isDeniedAfter(tokens: Token[], at: number): boolean {
  let i = at + 1;
  // A failed test is none that only bears its name.
  const isName = tokens[i]?.kind === "word" && NAMING_NOUNS.has(tokens[i].text) &&
    !(/^tests?$/.test(tokens[i].text) && /^fail/.test(tokens[at].text));
  if (isName) return true;
  let fillers = 0;
  while (
    i < tokens.length && fillers < 3 &&
    (tokens[i].kind === "bind" || tokens[i].kind === "word" && FILLERS.has(tokens[i].text))
  ) {
    if (tokens[i].kind === "word") fillers++;
    i++;
  }
  const said = tokens[i];
  if (said === undefined) return false;
  if (said.kind === "word" && RESOLVED.has(said.text)) {
    // "DISK CRITICAL - free space: /var 91 MiB": how much is left.
    return said.text !== "free" ||
      !/^(?:space|memory|disk|ram|heap|inodes?|mem|bytes)$/.test(tokens[i + 1]?.text ?? "");
  }
  if (isOverAtEnd(tokens, at)) return true;
  if (isZero(said) || said.kind === "word" && CLOSING_DENIALS.has(said.text)) {
    const next = tokens[i + 1];
    if (next === undefined || next.kind === "break") return true;
    return isZero(said) && next.kind === "word" && tokens[i + 2]?.kind === "bind";
  }
  return false;
}

function isZero(token: Token | undefined): boolean {
  return token?.kind === "number" && !/[1-9]/.test(token.text);
}
