/** The `--erase-store` mode. */
import { writeLine } from "../stderr.ts";
import { eraseStore } from "../collect/lasting/lasting_store.ts";
import { StoreError } from "../collect/lasting/store_file.ts";
import type { Config } from "../config/mod.ts";
import { ConfigError } from "../config/config_error.ts";

/** Erases the store: its files, those that were moved aside included, or its tables. Resolves with the exit code. */
export async function runErase({ dataDir, recordStore }: Config): Promise<number> {
  try {
    const said = isPostgres(recordStore) ? await eraseTables(recordStore) : eraseFiles(dataDir);
    await writeLine(said);
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError(error.message);
  }
}

/** Whether a store is a database elsewhere. */
export function isPostgres(recordStore: string): boolean {
  return /^postgres(ql)?:/i.test(recordStore);
}

async function eraseTables(url: string): Promise<string> {
  const { erasePostgres } = await import("../collect/lasting/postgres/erase_postgres.ts");
  const erased = await erasePostgres(url);
  return erased === null ? "There is no store in this database" : `Erased ${erased}`;
}

function eraseFiles(dataDir: string | undefined): string {
  if (dataDir === undefined) {
    throw new ConfigError("Cannot erase the store: DATA_DIR says where it is, and is not set");
  }
  const erased = eraseStore(dataDir);
  return erased.length === 0
    ? `There is no store in "${dataDir}"`
    : `Erased ${erased.join(", ")} in "${dataDir}"`;
}
