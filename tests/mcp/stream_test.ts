import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import { serveStream } from "../../src/mcp/stdio.ts";
import type { ByteStream } from "../../src/mcp/stream_transport.ts";
import { smallTools } from "../support/small_server.ts";
import { ends } from "../support/wait.ts";

/** The two ends of a connection within this process. */
function pipe(): { server: ByteStream; client: StreamClient } {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  return {
    server: { readable: up.readable, writable: down.writable },
    client: new StreamClient(up.writable.getWriter(), down.readable.getReader()),
  };
}

class StreamClient {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";
  #id = 0;

  constructor(
    writer: WritableStreamDefaultWriter<Uint8Array>,
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async send(method: string, params: unknown): Promise<number> {
    const id = ++this.#id;
    const line = JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n";
    await this.#writer.write(new TextEncoder().encode(line));
    return id;
  }

  /** The next message, or null at the end of the stream. */
  // deno-lint-ignore no-explicit-any -- a test looks into whatever comes
  async next(): Promise<any> {
    while (!this.#text.includes("\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += new TextDecoder().decode(value);
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return JSON.parse(line);
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: "stream test", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    await this.send("initialize", params);
    await this.next();
  }

  call(name: string, args: Record<string, unknown> = {}): Promise<number> {
    return this.send("tools/call", { name, arguments: args });
  }

  async end(): Promise<void> {
    await this.#writer.close().catch(() => {});
  }
}

Deno.test("the end of one stream ends that connection's calls, and no other's", async () => {
  const core = await createCore(parseConfig([], {}));
  const [one, two] = [pipe(), pipe()];
  const first = serveStream(one.server, core, { tools: smallTools() });
  const second = serveStream(two.server, core, { tools: smallTools() });
  assert.notEqual(first.clientId, second.clientId);
  await one.client.initialize();
  await two.client.initialize();
  await one.client.call("slow", { seconds: 60 });
  await two.client.call("slow", { seconds: 0.3 });
  await one.client.end();
  await first.ended;
  const answer = await two.client.next();
  assert.equal(answer.result.structuredContent.aborted, false);
  await second.close();
  await core.close();
});

Deno.test("a core that shuts down gives running calls an error result, and then ends the stream", async () => {
  const core = await createCore(parseConfig([], {}));
  const { server, client } = pipe();
  const served = serveStream(server, core, { tools: smallTools() });
  await client.initialize();
  const id = await client.call("slow", { seconds: 60 });
  await client.send("ping", {});
  await client.next();
  const down = served.shutDown(500);
  const answer = await client.next();
  assert.equal(answer.id, id);
  assert.equal(answer.result.isError, true);
  assert.match(answer.result.content[0].text, /^CONNECTION_LOST: .*shutting down/);
  assert.equal(await client.next(), null);
  await down;
  await core.close();
});

Deno.test("an idle connection shuts down at once", async () => {
  const core = await createCore(parseConfig([], {}));
  const { server, client } = pipe();
  const served = serveStream(server, core, { tools: smallTools() });
  await client.initialize();
  await ends("the shutdown, long before its grace", served.shutDown(3_600_000));
  assert.equal(await client.next(), null);
  await core.close();
});
