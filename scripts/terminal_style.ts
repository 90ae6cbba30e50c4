/** Text as a terminal shows it. Without colour every function gives its text back unchanged. */
export interface TerminalStyle {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Colours for a terminal; none where `NO_COLOR` is set or the output is no terminal. */
export function terminalStyle(o: { color: boolean }): TerminalStyle {
  const wrap = (open: number, close: number) => (text: string) =>
    o.color ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
  };
}

/** A text in lines of at most `width` characters, each but the first behind `indent`. */
export function wrapText(text: string, o: { width: number; indent: string }): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && o.indent.length + line.length + 1 + word.length > o.width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${o.indent}`);
}

/** A text of strangers as one harmless line: no control characters, cut at `maxChars`. */
export function plainLine(text: string, maxChars: number): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1)}…` : clean;
}
