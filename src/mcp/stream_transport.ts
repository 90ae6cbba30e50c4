import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { Buffer } from "node:buffer";
import { Readable, Writable } from "node:stream";

/** Two directions of bytes: a process's stdin and stdout, or a socket. */
export interface ByteStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** More unread bytes than this, and the client has stopped reading. */
const UNREAD_MAX_BYTES = 32 * 1024 * 1024;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * MCP, line by line, over any byte stream. Ends with the stream, with a line over 10 MiB, or with a
 * client that stops reading. Tolerates a UTF-8 byte order mark before the first message.
 */
export class StreamTransport extends StdioServerTransport {
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #onEnd: () => void;
  #ended = false;

  /** `onEnd` is called once, after the transport was closed from whichever side. */
  constructor(stream: ByteStream, onEnd: () => void) {
    const input = Readable.fromWeb(stream.readable as Parameters<typeof Readable.fromWeb>[0]);
    const output = Writable.fromWeb(stream.writable as Parameters<typeof Writable.fromWeb>[0], {
      decodeStrings: true,
    });
    super(input, output);
    this.#input = input;
    this.#output = output;
    this.#onEnd = onEnd;
    const onData = this._ondata;
    const strip = byteOrderMarkStripper();
    this._ondata = (chunk) => {
      const rest = strip(chunk);
      if (rest.length > 0) onData(rest);
    };
  }

  override send(message: Parameters<StdioServerTransport["send"]>[0]): Promise<void> {
    if (this.#output.writableLength > UNREAD_MAX_BYTES) {
      this.onerror?.(new Error("The client stopped reading; its connection is closed"));
      void this.close();
    }
    return super.send(message);
  }

  override async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await super.close();
    // The streams may already be broken: their errors say nothing that the close does not.
    this.#input.on("error", () => {});
    this.#output.on("error", () => {});
    this.#input.destroy();
    this.#output.end();
    this.#onEnd();
  }
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
