/** The numbers of a message by path: those of its fields, or those that stand in a line of text. */
import type { Scalar } from "../fields.ts";
import { numberOf } from "./quantities.ts";

const LONGEST_LINE = 500;
/** `Water 31.7 bar`, as a part of a line. */
const CALLED =
  /^([\p{L}_][\p{L}\p{N}_.% ]{0,30}?)[ :=]{1,3}(-?\d{1,12}(?:\.\d{1,10})?) ?([^\d\s/:.-]{0,6})$/u;
const NUMBER = /^-?(?:0|[1-9]\d{0,11})(?:\.\d{1,10})?$/;
/** What the cells of a line are of: `$SDDBT,59.9`, `Temp = -19.9,-20.1`. */
const HEAD = /^\$?([A-Za-z][\w.-]{1,30})(?: ?[=:] ?|\s*[|;,\t])/;
const LEAST_CELLS = 3;
const MOST_CELLS = 40;

/** Each number of a message with the path of its field; of a line of text with its name there, or the place of its cell. */
export function numbersIn(fields: ReadonlyMap<string, Scalar>, most: number): [string, number][] {
  const text = fields.get("");
  if (typeof text === "string") return numbersInLine(text.slice(0, LONGEST_LINE));
  return [...fields].slice(0, most).flatMap(([path, value]): [string, number][] => {
    const number = numberOf(path, value);
    return number === null ? [] : [[path, number]];
  });
}

/** `Water 31.7 bar | Air 6.8 bar`, `3810;3812;3811` or `Temp = -19.9,-20.1`. */
function numbersInLine(line: string): [string, number][] {
  for (const mark of ["|", ";", ",", "\t"]) {
    const [head = "", name = ""] = HEAD.exec(line) ?? [];
    const isBefore = /[=:] ?$/.test(head);
    const parts = line.slice(isBefore ? head.length : 0).split(mark).map((part) => part.trim());
    if (parts.length < LEAST_CELLS || parts.length > MOST_CELLS) continue;
    const called = parts.flatMap((part): [string, number][] => {
      const [, name = "", value, unit = ""] = CALLED.exec(part) ?? [];
      return value === undefined ? [] : [[`${name} ${unit}`.trim(), Number(value)]];
    });
    if (called.length >= 2) return called;
    const cells = parts.flatMap((part, i): [string, number][] =>
      NUMBER.test(part) ? [[`${name}[${i}]`, Number(part)]] : []
    );
    // Where words stand among the cells and none leads them, each line may be of another kind.
    if (cells.length >= 2 && (name !== "" || cells.length === parts.length)) return cells;
  }
  return [];
}
