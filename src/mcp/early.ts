import { type Answer, type KnownAnswers, OpeningTalk } from "./opening_talk.ts";
import { listenForSignals } from "./signals.ts";
import type { Work } from "./stdio_work.ts";
import type { ByteStream } from "./stream_transport.ts";

/** The list is on its way out by then: loading keeps the process from everything else. */
const AFTER_LIST_MS = 10;
/** A host that asks for nothing has the process ready, and without the rights it does not need, after this long. */
const UNASKED_MS = 1_000;

/** What is told early, and what loads and starts the rest. */
interface EarlyOptions {
  readonly answers: KnownAnswers;
  readonly startWork: () => Promise<Work>;
}

/**
 * Serves this process's stdin and stdout: who it is and what it offers at once, without the SDK, and everything else as soon
 * as the rest of the program is loaded, which begins after the first list of tools. Resolves with the exit code.
 *
 * @throws {ConfigError} of `startWork`
 */
export async function serveEarly(stdio: ByteStream, options: EarlyOptions): Promise<number> {
  const opened = await talk(stdio, options);
  // what it serves the process with listens to signals from here on
  return opened === null ? 0 : await opened.work.serve(opened.stream);
}

/** Answers until the work is there; null when the process is to end before that. */
async function talk(
  stdio: ByteStream,
  o: EarlyOptions,
): Promise<{ work: Work; stream: ByteStream } | null> {
  const opening = new OpeningTalk(o.answers);
  const reader = stdio.readable.getReader();
  const writer = stdio.writable.getWriter();
  const signalled = Promise.withResolvers<null>();
  const unlisten = listenForSignals(() => signalled.resolve(null));
  const loaded = Promise.withResolvers<Work>();
  // where the process has ended before, nobody waits for it any more
  loaded.promise.catch(() => {});
  let begun = false;
  const begin = () => {
    if (!begun) loaded.resolve(o.startWork());
    begun = true;
  };
  const timers = [setTimeout(begin, UNASKED_MS)];
  try {
    let reading: Reading | null = readFrom(reader);
    while (reading !== null) {
      const read: Work | Awaited<Reading> | null = await Promise.race([
        loaded.promise,
        signalled.promise,
        reading,
      ]);
      if (read === null) return null;
      if (!("done" in read)) break;
      if (read.done) return null;
      for (const answer of opening.hear(read.value)) {
        const written = writer.write(lineOf(answer)).then(() => true, () => null);
        // a host that has gone, or does not read
        if (await Promise.race([written, signalled.promise]) === null) return null;
        if (answer.method === "tools/list") timers.push(setTimeout(begin, AFTER_LIST_MS));
      }
      reading = opening.isStuck ? null : readFrom(reader);
    }
    begin();
    const work = await Promise.race([loaded.promise, signalled.promise]);
    if (work === null) return null;
    const { heard, answered } = opening;
    const readable = anew(heard, { reader, reading });
    return { work, stream: { readable, writable: stdio.writable, answered } };
  } finally {
    writer.releaseLock();
    timers.forEach(clearTimeout);
    unlisten();
  }
}

const encoder = new TextEncoder();

function lineOf({ id, result }: Answer): Uint8Array {
  return encoder.encode(`${JSON.stringify({ result, jsonrpc: "2.0", id })}\n`);
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Reading = ReturnType<Reader["read"]>;

/** What comes next; an input that is broken has ended. */
function readFrom(reader: Reader): Reading {
  return reader.read().catch(() => ({ done: true, value: undefined }));
}

/** A stream of what was heard already and of what is still to come. */
function anew(
  heard: readonly Uint8Array[],
  o: { reader: Reader; reading: Reading | null },
): ReadableStream<Uint8Array> {
  let { reading } = o;
  return new ReadableStream({
    start(controller) {
      for (const bytes of heard) if (bytes.length > 0) controller.enqueue(bytes);
    },
    async pull(controller) {
      const { done, value } = await (reading ?? readFrom(o.reader));
      reading = null;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => o.reader.cancel(reason),
  });
}
