import { log } from "../log.ts";

/** More are counted by nobody: a defect that repeats must not fill the disk. */
const MOST_TOLD = 50;

/**
 * From now on an error that nobody handled is told in the log, and the process goes on: a defect in one call or connection
 * must not take the sessions and recordings of everybody else with it.
 */
export function surviveDefects(): void {
  let told = 0;
  const tell = (error: unknown) => {
    if (told++ >= MOST_TOLD) return;
    const words = error instanceof Error ? error.stack ?? error.message : String(error);
    log("core").error("Bug: nobody handled {error}", { error: words.slice(0, 2_000) });
  };
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    tell(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    tell(event.error);
  });
}
