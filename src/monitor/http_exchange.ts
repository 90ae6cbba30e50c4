/** Requests and responses of `node:http` as those of fetch. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";

const BODY_BUFFER_BYTES = 64 * 1024;

/**
 * The request as fetch has it; null where its method, host or target cannot be one. Its signal is aborted when whoever
 * asked is gone before the answer was given. `outgoing` is null for a request without a body and an answer.
 */
export function requestOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse | null,
): Request | null {
  const method = incoming.method ?? "GET";
  const target = incoming.url ?? "/";
  try {
    const base = `http://${incoming.headers.host ?? "-"}`;
    // Joined as text: as a relative address "//else.where/" would name another host.
    const url = target.startsWith("/") ? new URL(base + target) : new URL(target);
    const headers = new Headers();
    const raw = incoming.rawHeaders;
    for (let i = 0; i + 1 < raw.length; i += 2) headers.append(raw[i] ?? "", raw[i + 1] ?? "");
    const gone = new AbortController();
    outgoing?.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    const hasBody = outgoing !== null && method !== "GET" && method !== "HEAD";
    const body = hasBody ? bodyOf(incoming) : null;
    return new Request(url, { method, headers, body, signal: gone.signal });
  } catch {
    return null;
  }
}

/**
 * The body as it comes, no faster than it is read. What nobody wants to read is dropped as it comes: a connection that is
 * cut while its other end still sends loses the answer.
 */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let ended = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on("data", (chunk: Uint8Array) => {
        if (ended) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      const end = (how: () => void) => {
        if (!ended) how();
        ended = true;
      };
      incoming.once("end", () => end(() => controller.close()));
      incoming.once("close", () => end(() => controller.error(new Error("The request broke off"))));
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      ended = true;
      incoming.resume();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: BODY_BUFFER_BYTES }));
}

/** Sends a response as fast as it is read, and cancels its body when nobody wants the rest. Never throws. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const { body } = response;
  const reader = body?.getReader();
  const gone = new Promise<"gone">((resolve) => outgoing.once("close", () => resolve("gone")));
  try {
    outgoing.writeHead(response.status, headersOf(response));
    if (reader !== undefined) {
      // A stream of events may say nothing for long.
      if (response.headers.get("content-type") === "text/event-stream") outgoing.flushHeaders();
      for (;;) {
        const read = await Promise.race([reader.read(), gone]);
        if (read === "gone" || read.done) break;
        if (!outgoing.write(read.value) && await drained(outgoing, gone) === "gone") break;
      }
    }
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
  // where all of it was sent this does nothing
  await reader?.cancel().catch(() => {});
}

/** A whole response as bytes, after which the connection ends. */
export async function rawResponse(response: Response): Promise<Uint8Array> {
  const body = new Uint8Array(await response.arrayBuffer());
  const lines = [
    `HTTP/1.1 ${response.status} ${response.statusText || "-"}`,
    ...Object.entries(headersOf(response)).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}`)
    ),
    `content-length: ${body.length}`,
    "connection: close",
  ];
  const head = new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n");
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/** Without what concerns the connection: that is for the server to say. */
function headersOf({ headers }: Response): Record<string, string | string[]> {
  const cookies = headers.getSetCookie();
  const own = [...headers].filter(([name]) => !["connection", "keep-alive"].includes(name));
  return { ...Object.fromEntries(own), ...(cookies.length > 0 && { "set-cookie": cookies }) };
}

function drained(outgoing: Writable, gone: Promise<"gone">): Promise<"drained" | "gone"> {
  const drain = new Promise<"drained">((resolve) =>
    outgoing.once("drain", () => resolve("drained"))
  );
  return Promise.race([drain, gone]);
}
