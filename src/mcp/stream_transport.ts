import { atMost } from "../waiting.ts";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { Buffer } from "node:buffer";
import { Readable, Writable } from "node:stream";
import { withoutSecrets } from "./wire_errors.ts";

/** Two directions of bytes: a process's stdin and stdout, or a socket. */
export interface ByteStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Ids of requests to be read that have their answer already: they are heard, and not answered anew. */
  readonly answered?: readonly unknown[];
}

/** More unread bytes than this, and the client has stopped reading. */
const UNREAD_MAX_BYTES = 32 * 1024 * 1024;

/** After the end of the input, requests that came before it have this long to be answered. */
const ANSWERS_MS = 550;
/** A client has this long to take what was written before a close. */
const FLUSH_MS = 100;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * MCP, line by line, over any byte stream. Ends with the stream, with a line over 10 MiB, or with a
 * client that stops reading. At the end of its input, as in `printf … | mqtt-mcp`, what was asked is
 * still answered where that is quick. Tolerates a UTF-8 byte order mark before the first message.
 */
export class StreamTransport extends StdioServerTransport {
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #onEnd: () => void;
  /** Ids of requests that are not answered yet. */
  readonly #asked = new Set<unknown>();
  readonly #answered: unknown[];
  #onAnswered = () => {};
  #inputEnded = false;
  #ended = false;

  /** `onEnd` is called once, after the transport was closed from whichever side. */
  constructor(stream: ByteStream, onEnd: () => void) {
    const input = Readable.fromWeb(stream.readable as Parameters<typeof Readable.fromWeb>[0]);
    const output = Writable.fromWeb(stream.writable as Parameters<typeof Writable.fromWeb>[0], {
      decodeStrings: true,
    });
    // the SDK waits for the output once for each result that is on its way
    output.setMaxListeners(0);
    super(input, output);
    this.#input = input;
    this.#output = output;
    this.#onEnd = onEnd;
    this.#answered = [...stream.answered ?? []];
    const onData = this._ondata;
    const strip = byteOrderMarkStripper();
    const gather = lineGatherer(onData);
    this._ondata = (chunk) => {
      const rest = strip(chunk);
      if (rest.length > 0) gather(rest);
    };
    this._onstdinclose = () => {
      if (this.#inputEnded) return;
      this.#inputEnded = true;
      void (input.readableEnded ? this.#closeAnswered() : this.close());
    };
  }

  override start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => {
      if ("method" in message && "id" in message) this.#asked.add(message.id);
      else if ("method" in message && message.method === "notifications/cancelled") {
        this.#settle(message.params?.requestId);
      }
      deliver?.(message);
    };
    return super.start();
  }

  #settle(id: unknown): void {
    this.#asked.delete(id);
    if (this.#asked.size === 0) this.#onAnswered();
  }

  async #closeAnswered(): Promise<void> {
    if (this.#asked.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onAnswered = resolve;
      await atMost(ANSWERS_MS, promise);
    }
    await this.close();
  }

  override send(message: Parameters<StdioServerTransport["send"]>[0]): Promise<void> {
    if (this.#output.writableLength > UNREAD_MAX_BYTES) {
      this.onerror?.(new Error("The client stopped reading; its connection is closed"));
      void this.close();
    }
    const known = "method" in message ? -1 : this.#answered.indexOf(message.id);
    if (known >= 0) this.#answered.splice(known, 1);
    const sent = known >= 0 ? Promise.resolve() : super.send(withoutSecrets(message));
    if (!("method" in message)) this.#settle(message.id);
    return sent;
  }

  /** Ends the output with what is still on its way, as long as the client takes it. */
  #flush(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, FLUSH_MS);
    this.#output.end(() => resolve());
    return promise.finally(() => clearTimeout(timer));
  }

  override async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#onAnswered();
    await super.close();
    // The streams may already be broken: their errors say nothing that the close does not.
    this.#input.on("error", () => {});
    this.#output.on("error", () => {});
    this.#input.destroy();
    await this.#flush();
    this.#output.destroy();
    this.#onEnd();
  }
}

const NEWLINE = 10;
/** The SDK gives up a line that is longer than 10 MiB: it has to see that much of it. */
const GATHERED_MAX_BYTES = 11 * 1024 * 1024;

/**
 * Hands chunks on once a line is whole. The SDK joins all it has with each chunk, which takes seconds for a line of
 * megabytes, in which nobody else is answered.
 */
function lineGatherer(onData: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (!chunk.includes(NEWLINE) && bytes < GATHERED_MAX_BYTES) return;
    const whole = chunks.length === 1 ? chunk : Buffer.concat(chunks, bytes);
    chunks = [];
    bytes = 0;
    onData(whole);
  };
}

/** Cuts a byte order mark off the front of a stream, however it is split into chunks. */
function byteOrderMarkStripper(): (chunk: Buffer) => Buffer {
  let matched = 0;
  let done = false;
  return (chunk) => {
    if (done) return chunk;
    let i = 0;
    while (
      i < chunk.length && matched < BYTE_ORDER_MARK.length && chunk[i] === BYTE_ORDER_MARK[matched]
    ) {
      i++;
      matched++;
    }
    if (matched === BYTE_ORDER_MARK.length) {
      done = true;
      return chunk.subarray(i);
    }
    if (i === chunk.length) return chunk.subarray(0, 0);
    done = true;
    // It only began like a mark: what was held back belongs to the message.
    // A Buffer, because the SDK looks for the line's end with a Buffer's indexOf.
    const rest = Buffer.alloc(matched + chunk.length - i);
    rest.set(BYTE_ORDER_MARK.slice(0, matched));
    rest.set(chunk.subarray(i), matched);
    return rest;
  };
}
