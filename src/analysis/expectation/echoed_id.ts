import { isObject } from "../../payload/json_object.ts";
import type { JsonValue } from "../../payload/payload.ts";

/** An id in a request that whoever answers repeats: `transaction`, `requestId`, the `id` of JSON-RPC. */
export interface EchoedId {
  /** Names from the outermost object to the id's. */
  readonly path: readonly string[];
  readonly value: string | number;
}

/** Names of such ids, in lower case and without `_` and `-`. */
const ID_NAMES = new Set([
  "clienttoken",
  "correlation",
  "correlationdata",
  "correlationid",
  "corrid",
  "messageid",
  "msgid",
  "reqid",
  "requestid",
  "sequenceid",
  "transaction",
  "transactionid",
]);
/** They name many things inside a request, so they count at its top only. */
const TOP_NAMES = new Set(["id", "token", ...ID_NAMES]);

/** The ids of a request, at its top or one level below. */
export function echoedIds(request: JsonValue): EchoedId[] {
  return entriesOf(request).flatMap(([name, value]) => {
    if (isScalar(value)) return isNamed(name, TOP_NAMES) ? [{ path: [name], value }] : [];
    return entriesOf(value).flatMap(([inner, id]) =>
      isScalar(id) && isNamed(inner, ID_NAMES) ? [{ path: [name, inner], value: id }] : []
    );
  });
}

/**
 * The first id at which a reply says that it answers another request; null where none does. An id that is left out
 * says nothing, nor does one of another type: a device may have an `id` of its own.
 */
export function strangeId(ids: readonly EchoedId[], reply: JsonValue): EchoedId | null {
  return ids.find(({ path, value }) => {
    let found: JsonValue | undefined = reply;
    for (const name of path) found = entriesOf(found).find(([key]) => key === name)?.[1];
    return isScalar(found) && !isSame(found, value);
  }) ?? null;
}

function isSame(found: string | number, asked: string | number): boolean {
  if (String(found) === String(asked)) return true;
  // a whole number beyond 2^53 was rounded in one of them
  if (typeof asked === "number" && !Number.isSafeInteger(asked)) return true;
  return typeof found !== typeof asked;
}

function isScalar(value: JsonValue | undefined): value is string | number {
  return typeof value === "string" && value !== "" || typeof value === "number";
}

function isNamed(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name.toLowerCase().replace(/[_-]/g, ""));
}

function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return isObject(value) ? Object.entries(value) : [];
}
