/** What a host asks first, answered from what is known beforehand. Loads nothing. */

/** The protocol's: `modern` is 2026-07-28 and later. */
type Era = "legacy" | "modern";

/** What the SDK answers to whoever asks, by method. */
export interface KnownAnswers extends Readonly<Record<Era, Readonly<Record<string, object>>>> {
  /** Versions that `initialize` agrees to; the first is offered to those who ask for another. */
  readonly versions: readonly string[];
}

/** A request's answer. */
export interface Answer {
  readonly method: string;
  readonly id: string | number;
  readonly result: object;
}

/** A longer line is for the SDK. */
const LINE_MAX_BYTES = 16 * 1024;
/** More than this, and the rest is for the SDK: each line is kept for it. */
const MOST_LINES = 16;

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
const MODERN_VERSION = "2026-07-28";

const NEWLINE = 10;

/**
 * The beginning of a connection: answers line by line, until one comes that is not plainly one of the requests that are
 * known. The SDK then hears all of it anew, so that it knows the client as if it had answered itself.
 */
export class OpeningTalk {
  readonly #known: KnownAnswers;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #answered: Answer["id"][] = [];
  #told: Uint8Array[] = [];
  #rest = new Uint8Array();
  #era: Era | null = null;
  #stuck = false;

  constructor(known: KnownAnswers) {
    this.#known = known;
  }

  /** Whether something waits that only the SDK can answer: nothing that comes later is answered here. */
  get isStuck(): boolean {
    return this.#stuck;
  }

  /** The bytes that came, answered or not. */
  get heard(): readonly Uint8Array[] {
    return [...this.#told, this.#rest];
  }

  /** Ids of the requests in them that have their answer. */
  get answered(): readonly Answer["id"][] {
    return this.#answered;
  }

  /** The answers to what these bytes complete. */
  hear(bytes: Uint8Array): Answer[] {
    const rest = new Uint8Array(this.#rest.length + bytes.length);
    rest.set(this.#rest);
    rest.set(bytes, this.#rest.length);
    this.#rest = rest;
    const answers: Answer[] = [];
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE) + 1;
      if (this.#told.length === MOST_LINES || (end || this.#rest.length) > LINE_MAX_BYTES) {
        this.#stuck = true;
      }
      if (this.#stuck || end === 0) return answers;
      const line = this.#rest.subarray(0, end);
      const answer = this.#answerTo(line);
      if (answer === null) {
        this.#stuck = true;
        return answers;
      }
      this.#told.push(line);
      this.#rest = this.#rest.subarray(end);
      if (answer === "none") continue;
      answers.push(answer);
      this.#answered.push(answer.id);
    }
  }

  /** Null for what is not known; `none` where there is nothing to answer. */
  #answerTo(line: Uint8Array): Answer | "none" | null {
    const message = this.#parse(line);
    if (!isObject(message) || message.jsonrpc !== "2.0") return null;
    const { id, method, params = {} } = message;
    if (typeof method !== "string" || !isObject(params)) return null;
    const era = eraOf(params._meta);
    if (era === null || (this.#era ?? era) !== era) return null;
    this.#era = era;
    if (method === "notifications/initialized" && era === "legacy" && !("id" in message)) {
      return "none";
    }
    if (typeof id !== "string" && !Number.isSafeInteger(id)) return null;
    const result = this.#resultOf(era, method, params);
    return result === null ? null : { method, id: id as Answer["id"], result };
  }

  #parse(line: Uint8Array): unknown {
    try {
      return JSON.parse(this.#decoder.decode(line));
    } catch {
      return null;
    }
  }

  #resultOf(era: Era, method: string, params: Fields): object | null {
    const known = this.#known[era];
    if (!Object.hasOwn(known, method)) return null;
    const { _meta, ...given } = params;
    if (method !== "initialize") return Object.keys(given).length === 0 ? known[method] : null;
    const { protocolVersion, capabilities, clientInfo } = given;
    if (typeof protocolVersion !== "string" || !isClient(clientInfo, capabilities)) return null;
    const { versions } = this.#known;
    const agreed = versions.includes(protocolVersion) ? protocolVersion : versions[0];
    return { protocolVersion: agreed, ...known[method] };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Which protocol's a request is, by its `_meta`; null where that is anything but plain. */
function eraOf(meta: unknown = {}): Era | null {
  if (!isObject(meta)) return null;
  const { progressToken = "", ...claims } = meta;
  if (typeof progressToken !== "string" && !Number.isSafeInteger(progressToken)) return null;
  if (Object.keys(claims).length === 0) return "legacy";
  const sound = Object.keys(claims).length === 3 && claims[VERSION_KEY] === MODERN_VERSION &&
    isClient(claims[CLIENT_KEY], claims[CAPABILITIES_KEY]);
  return sound ? "modern" : null;
}

function isClient(info: unknown, capabilities: unknown): boolean {
  return isObject(info) && typeof info.name === "string" && typeof info.version === "string" &&
    isObject(capabilities) && Object.values(capabilities).every(isObject);
}
