import { invalidArgument } from "../errors.ts";
import type { JsonValue } from "../payload/payload.ts";

/** Steps into a JSON value: names of members and indices of items. */
export type JsonPath = readonly (string | number)[];

const STEP = /^(?:\.?([^.[\]"]+)|\[(\d+)\]|\.?\["((?:[^"\\]|\\.)*)"\])/;

/**
 * Parses `temperature`, `status.battery`, `values[0].v` or `["a.b"].c`; a leading `$` or `$.` is allowed, and the
 * empty path means the payload itself.
 * @throws {OperationError} `INVALID_ARGUMENT`
 */
export function parseJsonPath(text: string): JsonPath {
  let rest = text.startsWith("$") ? text.slice(1) : text;
  const steps: (string | number)[] = [];
  while (rest !== "" && rest !== ".") {
    const step = STEP.exec(rest);
    const quoted = step?.[3] === undefined ? null : unquoted(step[3]);
    if (!step || quoted === undefined || steps.length >= 64) {
      throw invalidArgument(
        `Cannot parse path "${text.slice(0, 100)}" at "${rest.slice(0, 20)}"`,
        "Write a path like temperature, status.battery or values[0]",
      );
    }
    if (step[2] !== undefined) steps.push(Number(step[2]));
    else if (quoted !== null) steps.push(quoted);
    else steps.push(step[1]);
    rest = rest.slice(step[0].length);
  }
  return steps;
}

/** The name between quotes; undefined where an escape is none of JSON's, or a control character stands bare. */
function unquoted(inner: string): string | undefined {
  try {
    return JSON.parse(`"${inner}"`);
  } catch {
    return undefined;
  }
}

/** The value at a path, or undefined where there is none. */
export function valueAt(value: JsonValue, path: JsonPath): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const step of path) {
    if (current === null || typeof current !== "object") return undefined;
    if (Array.isArray(current)) current = current[Number(step)];
    else current = Object.hasOwn(current, step) ? current[String(step)] : undefined;
    if (current === undefined) return undefined;
  }
  return current;
}
