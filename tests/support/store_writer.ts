/**
 * Writes numbered messages into a store for as long as it lives, and says after each commit how many are in the file:
 * `deno run -A store_writer.ts PATH FIRST BYTES [MOST]`, with a path or a database's URL. For tests that kill it, or leave
 * it no room.
 */
import { PostgresStore } from "../../src/collect/lasting/postgres/postgres_store.ts";
import { SqliteStore } from "../../src/collect/lasting/sqlite_store.ts";
import { message } from "./messages.ts";

const [path, first, size, most] = Deno.args;
const limits = { now: Date.now, days: 30, diskBytes: 1e9 };
const store = path.startsWith("postgres:")
  ? await PostgresStore.open(path, { ...limits, required: true })
  : SqliteStore.open(path, limits);
const source = store.source("broker", "a broker");
if (source === null) throw new Error("no room for even a stream");
/** What no compression makes smaller. */
function padding(): string {
  // a quarter less: it becomes so much longer as text
  return crypto.getRandomValues(new Uint8Array(Math.ceil(Number(size) * 0.75))).toBase64();
}
let n = Number(first);
const encoder = new TextEncoder();
const end = most === undefined ? Infinity : Number(first) + Number(most);

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

while (n < end) {
  for (let i = 0; i < 100 && n < end; i++, n++) {
    source.append(message(`t/${n % 7}`, { n, padding: padding() }, { receivedAt: Date.now() }));
  }
  source.cover({ filter: "t/#", from: 1, to: Date.now(), reason: null });
  await store.flush();
  const refused = store instanceof PostgresStore ? store.problem : store.failure;
  say(refused === null ? `written ${n}` : `refused ${refused}`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
const lost = source.losses({ from: 0, to: Infinity });
say(`lost ${lost.reduce((sum, { messages }) => sum + messages, 0)}`);
