/** The `--export FILE` mode: what the store holds, as it was recorded. */
import { writeLine } from "../stderr.ts";
import { countOf } from "../payload/limits.ts";
import { storePath } from "../collect/lasting/lasting_store.ts";
import { SqliteStore } from "../collect/lasting/sqlite_store.ts";
import { StoreError } from "../collect/lasting/store_file.ts";
import type { Config } from "../config/mod.ts";
import { ConfigError } from "../config/config_error.ts";
import { MqttMcpError } from "../errors.ts";
import { fileTrouble } from "../file_trouble.ts";
import { isPostgres } from "./erase.ts";
import { CSV_HEAD, csvLine, jsonLine } from "./recorded_line.ts";

const WRITE_CHARS = 256 * 1024;

/** Writes all messages of all brokers to a new file, beside a running core, too. Resolves with the exit code. */
export async function runExport(config: Config): Promise<number> {
  const { exportFile: file = "" } = config;
  const store = await openForReading(config);
  const isCsv = file.toLowerCase().endsWith(".csv");
  using output = createFile(file);
  const encoder = new TextEncoder();
  let messages = 0;
  let text = isCsv ? CSV_HEAD : "";
  const flush = async () => {
    for (let rest = encoder.encode(text); rest.length > 0;) {
      rest = rest.subarray(await output.write(rest));
    }
    text = "";
  };
  const all = { from: -Infinity, to: Infinity, matches: () => true };
  try {
    for (const { key, label } of store.sources()) {
      for await (const piece of store.find(key)?.pieces(all) ?? []) {
        for (const message of piece) {
          text += isCsv ? csvLine(message, label) : jsonLine(message, label);
          messages++;
          if (text.length >= WRITE_CHARS) await flush();
        }
      }
    }
  } catch (error) {
    if (!(error instanceof MqttMcpError)) throw error;
    throw new ConfigError(
      `The export ended early: ${error.message}; "${file}" holds ${countOf(messages, "message")}`,
    );
  }
  await flush();
  await writeLine(
    `${
      countOf(messages, "message")
    } written to "${file}", as they were recorded: secrets in them are not hidden`,
  );
  await store.close();
  return 0;
}

async function openForReading({ dataDir, recordStore }: Config) {
  try {
    if (isPostgres(recordStore)) {
      const { PostgresStore } = await import("../collect/lasting/postgres/postgres_store.ts");
      return await PostgresStore.openForReading(recordStore);
    }
    if (dataDir === undefined) {
      throw new ConfigError("Cannot export: DATA_DIR says where the store is, and is not set");
    }
    return SqliteStore.openForReading(storePath(dataDir));
  } catch (error) {
    if (error instanceof StoreError) throw new ConfigError(error.message);
    throw error;
  }
}

/** Nobody else may read it, and nothing is written over. */
function createFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { createNew: true, write: true, mode: 0o600 });
  } catch (error) {
    const why = error instanceof Deno.errors.AlreadyExists
      ? "it is there already. Try: another name"
      : fileTrouble(error);
    throw new ConfigError(`Cannot write "${path}": ${why}`);
  }
}
