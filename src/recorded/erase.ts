/** The `--erase-store` mode. */
import { eraseStore } from "../collect/lasting/lasting_store.ts";
import { StoreError } from "../collect/lasting/store_file.ts";
import { type Config, ConfigError } from "../config.ts";

/** Erases the store's files, those that were moved aside included. Resolves with the exit code. */
export async function runErase({ dataDir }: Config): Promise<number> {
  if (dataDir === undefined) {
    throw new ConfigError("Cannot erase the store: DATA_DIR says where it is, and is not set");
  }
  try {
    const erased = eraseStore(dataDir);
    const said = erased.length === 0
      ? `There is no store in "${dataDir}"\n`
      : `Erased ${erased.join(", ")} in "${dataDir}"\n`;
    await Deno.stderr.write(new TextEncoder().encode(said));
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError(error.message);
  }
}
