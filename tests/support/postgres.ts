/** A PostgreSQL server for tests, with a directory of its own, on a free port of this machine. */
import postgres, { type Sql } from "postgres";
import { freePort } from "./free_ports.ts";
import { eventually } from "./wait.ts";

const PASSWORD = "hunter2-of-tests";
const USER = "recorder";

/** A running server. Disposing ends it and removes its directory. */
export interface PostgresServer extends AsyncDisposable {
  /** Makes a new database and returns its URL. */
  createDatabase(): Promise<string>;
  /** A connection to ask questions of one's own. */
  connect(url: string): Sql & AsyncDisposable;
  /** Ends the server as a crash would: every connection breaks at once. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Debian keeps each version's programs in a folder of its own. */
function programFolder(): string {
  const versions = [...Deno.readDirSync("/usr/lib/postgresql")].map(({ name }) => Number(name));
  return `/usr/lib/postgresql/${Math.max(...versions)}/bin`;
}

/** The server refuses to run as root. */
async function run(program: string, args: readonly string[]): Promise<void> {
  const path = `${programFolder()}/${program}`;
  const command = Deno.uid() === 0 ? ["runuser", "-u", "postgres", "--", path] : [path];
  const { success, stderr } = await new Deno.Command(command[0], {
    args: [...command.slice(1), ...args],
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

/** Starts a server; a second or two. */
export async function startPostgres(): Promise<PostgresServer> {
  const dir = await Deno.makeTempDir({ prefix: "postgres-" });
  const passwordFile = `${dir}/password`;
  await Deno.writeTextFile(passwordFile, PASSWORD);
  if (Deno.uid() === 0) {
    await new Deno.Command("chown", { args: ["-R", "postgres", dir] }).output();
  }
  const data = `${dir}/data`;
  const port = freePort();
  await run("initdb", [
    ...["-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", passwordFile],
    ...["-E", "UTF8", "--locale", "C", "--no-sync"],
  ]);
  const settings =
    `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off -c max_connections=40`;
  const control = (...args: string[]) => run("pg_ctl", ["-D", data, "-w", "-s", ...args]);
  const start = () => control("-l", `${dir}/log`, "-o", settings, "start");
  const stop = () => control("-m", "immediate", "stop");
  await start();
  let isRunning = true;
  let databases = 0;
  const urlOf = (name: string) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
  const connect = (url: string): Sql & AsyncDisposable => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    return Object.assign(sql, { [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) });
  };
  return {
    async createDatabase() {
      const name = `test_${++databases}`;
      await using sql = connect(urlOf("postgres"));
      await sql.unsafe(`create database ${name}`);
      return urlOf(name);
    },
    connect,
    async stop() {
      await stop();
      isRunning = false;
    },
    async start() {
      await start();
      isRunning = true;
      await eventually("the server takes connections", async () => {
        await using sql = connect(urlOf("postgres"));
        return await sql`select 1`.then(() => true, () => false);
      }, (answers) => answers);
    },
    async [Symbol.asyncDispose]() {
      if (isRunning) await stop();
      await Deno.remove(dir, { recursive: true });
    },
  };
}
