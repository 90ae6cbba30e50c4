import { invalidArgument } from "../errors.ts";
import { MAX_DEPTH } from "../payload/limits.ts";

/** Most values in one argument that is no payload: what a tool takes is far smaller. */
const MAX_VALUES = 50_000;

/**
 * Refuses arguments that nest too deep or hold too much, before anything else reads them: whatever walks through them
 * later needs no bound of its own.
 * @throws {OperationError} `INVALID_ARGUMENT`
 */
export function checkArgumentBounds(args: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(args)) {
    const most = name === "payload" ? Infinity : MAX_VALUES;
    const problem = problemOf(value, most);
    if (problem === null) continue;
    throw invalidArgument(
      `Cannot use the arguments: \`${name.slice(0, 60)}\` ${problem}`,
      name === "payload"
        ? "Give the payload as text: it is sent as it stands"
        : "Give a smaller, flatter value",
    );
  }
}

function problemOf(value: unknown, mostValues: number): string | null {
  let level: unknown[] = [value];
  let values = 1;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `nests deeper than ${MAX_DEPTH} levels`;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      const inner = Array.isArray(one) ? one : Object.values(one);
      values += inner.length;
      if (values > mostValues) return `holds more than ${mostValues.toLocaleString("en")} values`;
      for (const item of inner) if (typeof item === "object" && item !== null) next.push(item);
    }
    level = next;
  }
  return null;
}
