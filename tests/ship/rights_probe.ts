/**
 * What a program has of its rights before and after it gives them up. The tests compile this with the
 * program's own flags; it opens what the program opens, gives up its rights, and prints what still works.
 */
import { DatabaseSync } from "node:sqlite";
import { giveUpRights } from "../../src/mcp/rights.ts";

/** What is printed: for each attempt `done`, or the name of the error. */
export interface ProbeReport {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly open: Readonly<Record<string, string>>;
}

type Attempt = () => unknown;

async function outcomes(attempts: Readonly<Record<string, Attempt>>) {
  const found: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      found[name] = "done";
    } catch (error) {
      found[name] = error instanceof Error ? error.name : "unknown";
    }
  }
  return found;
}

async function probe(folder: string, outside: string): Promise<ProbeReport> {
  const attempts = {
    "read inside": () => Deno.readTextFileSync(`${folder}/kept.txt`),
    "write inside": () => Deno.writeTextFileSync(`${folder}/written.txt`, "x"),
    "read outside": () => Deno.readTextFileSync(`${outside}/kept.txt`),
    "write outside": () => Deno.writeTextFileSync(`${outside}/written.txt`, "x"),
    "run": () => new Deno.Command("/bin/true").outputSync(),
    "ffi": () => Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }).close(),
    "sys uid": () => Deno.uid(),
    "sys hostname": () => Deno.hostname(),
    "sys others": () => Deno.osRelease(),
    "variable of the table": () => Deno.env.get("LOG_LEVEL") ?? fail(),
    "password variable": () => Deno.env.get("MQTT_PASSWORD_PROBE") ?? fail(),
    "other variable": () => Deno.env.get("OTHER_SECRET") ?? fail(),
    "unix socket": () => Deno.listen({ transport: "unix", path: `${folder}/second.sock` }).close(),
    "network": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  };
  const log = Deno.openSync(`${folder}/log.txt`, { create: true, write: true, read: true });
  const database = new DatabaseSync(`${folder}/history.db`);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE calls (id INTEGER)");
  const listener = Deno.listen({ transport: "unix", path: `${folder}/first.sock` });
  const before = await outcomes(attempts);
  await giveUpRights();
  const after = await outcomes(attempts);
  const open = await outcomes({
    "write to the log": () => log.writeSync(new TextEncoder().encode("a line")),
    "truncate the log": () => log.truncateSync(0),
    "write to the database": () => database.exec("INSERT INTO calls VALUES (1)"),
    "checkpoint the database": () => database.exec("PRAGMA wal_checkpoint(TRUNCATE)"),
    "read the database": () => database.prepare("SELECT id FROM calls").get() ?? fail(),
  });
  database.close();
  log.close();
  listener.close();
  return { before, after, open };
}

function fail(): never {
  throw new Deno.errors.NotFound("not there");
}

if (import.meta.main) {
  const [folder, outside] = Deno.args;
  console.log(JSON.stringify(await probe(folder, outside)));
  Deno.exit(0);
}
