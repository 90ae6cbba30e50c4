import { StoreError } from "../store_file.ts";
import { Database, databaseAddress, databaseProblem } from "./connection.ts";
import { SCHEMA, tableVersion } from "./schema.ts";

/** Seconds after which a core that wrote nothing more is taken for ended: each of them writes every second. */
const WRITER_GONE_SECONDS = 10;

/**
 * Erases what the database holds of this program; gives the name of what was erased, or null where there was nothing.
 *
 * @throws {StoreError} while a core writes it, or where the database refuses
 */
export async function erasePostgres(url: string): Promise<string | null> {
  const address = databaseAddress(url);
  const database = new Database(address, 1);
  try {
    return await database.transaction(async (tx) => {
      if (await tableVersion(tx) === null) return null;
      const [{ busy }] = await tx.ask(
        `select count(*)::int as busy from ${SCHEMA}.writer
         where seen_at > now() - make_interval(secs => ${WRITER_GONE_SECONDS})`,
      );
      if (busy > 0) {
        throw new StoreError(
          `a core wrote to it within the last ${WRITER_GONE_SECONDS} seconds; stop it first`,
          "unavailable",
        );
      }
      await tx.ask(`drop schema ${SCHEMA} cascade`);
      return `the schema ${SCHEMA} in PostgreSQL at ${address.label}`;
    });
  } catch (error) {
    throw new StoreError(
      `Cannot erase PostgreSQL at ${address.label}: ${databaseProblem(error)}`,
      "unavailable",
    );
  } finally {
    await database.close();
  }
}
