/**
 * A writer of the store that is killed (SIGKILL) at random moments, again and again on the same store: whether all that was
 * committed is there, nothing twice, and the figures are those of the messages.
 *
 * usage: deno run -A bench/kills.ts [--kills 50] [--store sqlite|postgres]
 */
import { parseArgs } from "node:util";
import { PostgresStore } from "../src/collect/lasting/postgres/postgres_store.ts";
import { SqliteStore } from "../src/collect/lasting/sqlite_store.ts";
import { startPostgres } from "../tests/support/postgres.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    store: { type: "string", default: "sqlite" },
  },
});
const kills = Number(values.kills);
const limits = { now: Date.now, days: 30, diskBytes: 1e9 };
const writer = new URL("../tests/support/store_writer.ts", import.meta.url).pathname;
const decoder = new TextDecoder();

/** Lets the writer work until a random moment after its first commit; returns how many messages it said are there. */
async function killOnce(place: string, first: number): Promise<number> {
  const bytes = 20 + Math.floor(Math.random() * 400);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", writer, place, String(first), String(bytes)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  let timer: ReturnType<typeof setTimeout> | null = null;
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk);
    timer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * 800);
  }
  await child.status;
  return Number([...said.matchAll(/^written (\d+)$/gm)].at(-1)?.[1] ?? first);
}

/** What a new run finds: the numbers of all messages, and how many values its figures count. */
async function readBack(place: string): Promise<{ numbers: number[]; counted: number }> {
  const store = place.startsWith("postgres:")
    ? await PostgresStore.open(place, { ...limits, required: true })
    : SqliteStore.open(place, limits);
  const source = store.find("broker");
  if (source === null) throw new Error("The stream is not there");
  const everything = { from: 0, to: Infinity, matches: () => true };
  const numbers: number[] = [];
  for await (const piece of source.pieces(everything)) {
    for (const { payload } of piece) numbers.push(JSON.parse(decoder.decode(payload)).n);
  }
  let counted = 0;
  for (let t = 0; t < 7; t++) {
    for await (const minutes of source.figures(`t/${t}`, "n", { from: 0, to: Infinity })) {
      for (const { count } of minutes.values()) counted += count;
    }
  }
  await store.close();
  return { numbers: numbers.sort((a, b) => a - b), counted };
}

await using server = values.store === "postgres" ? await startPostgres() : null;
const dir = Deno.makeTempDirSync({ prefix: "kills-" });
const place = server === null ? `${dir}/store.sqlite` : await server.createDatabase();
let known = 0;
let beyond = 0;
for (let kill = 1; kill <= kills; kill++) {
  const committed = await killOnce(place, known);
  if (server !== null) await othersAreGone();
  const { numbers, counted } = await readBack(place);
  const isWhole = numbers.length >= committed && numbers.every((n, i) => n === i);
  if (!isWhole || counted !== numbers.length) {
    console.error(
      `kill ${kill}: ${committed} committed, ${numbers.length} there, ${counted} values counted`,
    );
    Deno.exit(1);
  }
  beyond += numbers.length - committed;
  known = numbers.length;
}
console.log(
  `${values.store}: ${kills} kills, ${known} messages, nothing committed lost, nothing twice, figures the same; ` +
    `${beyond} more were committed than the writer could say`,
);
Deno.removeSync(dir, { recursive: true });

/** A transaction of a writer that was killed may just be ending. */
async function othersAreGone(): Promise<void> {
  await using sql = server!.connect(place);
  for (;;) {
    const [{ others }] = await sql`select count(*)::int as others from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    if (others === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
