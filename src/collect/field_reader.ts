/** Fields of many payloads, most of which are written alike. */
import { type LaidOut, type PayloadLayout, PayloadLayouts } from "../payload/layout.ts";
import type { DecodedPayload, JsonValue } from "../payload/payload.ts";
import { decodeOnce } from "../payload/read_once.ts";
import { type JsonPath, valueAt } from "./json_path.ts";

/** What is read of a payload. */
export interface FieldValues {
  /** The values at the paths, in their order; overwritten by the next payload. */
  readonly values: readonly (JsonValue | undefined)[];
  /** Whether secrets are hidden in the payload. */
  readonly isHidden: boolean;
  /** Whether the payload is beyond the bounds within which it would be read. */
  readonly isUnread: boolean;
}

/** Takes a field from a decoded payload. */
type Take = (decoded: DecodedPayload, path: JsonPath) => JsonValue | undefined;

/** The value at a path. */
export const takeValue: Take = ({ value }, path) => valueAt(value, path);

/** The same, but a bare number as it was sent, and of other payloads their fields only. */
export const takeScalar: Take = ({ value, asSent }, path) => {
  if (path.length > 0) return valueAt(value, path);
  if (asSent !== undefined) return asSent;
  return value !== null && typeof value === "object" ? undefined : value;
};

/** The values at paths of a payload now and then. */
export function readFields(
  payload: Uint8Array,
  topic: string,
  paths: readonly JsonPath[],
): FieldValues {
  const { value, hidden, unread } = decodeOnce(payload, { topic });
  return {
    values: paths.map((path) => valueAt(value, path)),
    isHidden: hidden !== undefined,
    isUnread: unread === true,
  };
}

/** Reads the same fields of one payload after the other, and learns meanwhile how these are written. */
export class FieldReader implements FieldValues {
  readonly values: (JsonValue | undefined)[];
  isHidden = false;
  isUnread = false;
  readonly #paths: readonly JsonPath[];
  readonly #take: Take;
  readonly #layouts = new PayloadLayouts((layout) => this.#placesIn(layout));

  constructor(paths: readonly JsonPath[], take: Take) {
    this.#paths = paths;
    this.#take = take;
    this.values = paths.map(() => undefined);
  }

  read(payload: Uint8Array, topic: string): FieldValues {
    const known = this.#layouts.find(payload, topic);
    if (known?.made) {
      const { layout, made } = known;
      for (let i = 0; i < made.length; i++) {
        const place = made[i];
        this.values[i] = "always" in place
          ? place.always
          : this.#paths[i].length === 0 && this.#take === takeScalar
          ? layout.asSent ?? layout.valueOf(place.slot)
          : layout.valueOf(place.slot);
      }
      this.#note(layout.decoded);
      return this;
    }
    const decoded = decodeOnce(payload, { topic });
    if (known === null) this.#layouts.learn(payload, topic, decoded);
    for (let i = 0; i < this.#paths.length; i++) {
      this.values[i] = this.#take(decoded, this.#paths[i]);
    }
    this.#note(decoded);
    return this;
  }

  #note({ hidden, unread }: DecodedPayload): void {
    this.isHidden = hidden !== undefined;
    this.isUnread = unread === true;
  }

  /** Where the fields stand; null where one is more than a value, for which a payload has to be decoded. */
  #placesIn(layout: PayloadLayout): readonly Exclude<LaidOut, "several values">[] | null {
    const places = this.#paths.map((path) => {
      const always = this.#take(layout.decoded, path);
      if (layout.isFixed || always === undefined) return { always };
      return layout.resolve(path);
    });
    return places.includes("several values") ? null : places as Exclude<LaidOut, string>[];
  }
}
