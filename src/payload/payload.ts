/** A JSON value, as `JSON.parse` gives it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/**
 * What a payload was found to be. `json` covers objects and arrays; a bare number or boolean word
 * (`21.5`, `ON`, `true`) is `number` or `boolean`, whose value is the number or the text itself.
 * A compressed payload is named by its wrapper and content: `gzip+json`, `zlib+text`.
 */
export type PayloadFormat = string;

/** A payload as it is handed to a reader. */
export interface DecodedPayload {
  /** One of: empty, json, number, boolean, text, xml, messagepack, cbor, sparkplug_b, meshtastic, influx_line, protobuf, image/png …, binary; with `gzip+`/`zlib+` in front. */
  readonly format: PayloadFormat;
  /** How sure the detection is: `certain` (parsed whole), `likely`, `guess`. */
  readonly certainty: "certain" | "likely" | "guess";
  /**
   * JSON and binary formats with a data model: the value. Text and XML: the string.
   * Anything else: base64 text, with `encoding` saying so.
   */
  readonly value: JsonValue;
  readonly encoding: "utf8" | "base64";
  /** What could not be decoded or was bounded, in words. */
  readonly note?: string;
  /** A bare number as it was written, where its `value` would be written otherwise: `1.10`, `12E4`. */
  readonly asSent?: string;
  /** Why text that looks like JSON is none: `at character 2: expected a key in double quotes, found "'"`. */
  readonly malformed?: string;
  /** A key that an object of the JSON holds more than once. */
  readonly repeatedKey?: string;
  /** It is beyond the bounds within which it would be read: whether it has fields is not known. */
  readonly unread?: true;
  /** Secrets in `value` that are not shown, where there are any. */
  readonly hidden?: number;
}
