import { log } from "../log.ts";

/** Later ones are not logged: an error that repeats must not fill the disk. */
const MOST_TOLD = 50;

/**
 * From now on an uncaught error is logged and the process goes on: a defect in one call or connection must not end the
 * sessions and recordings of everybody else.
 */
export function logUncaughtErrors(): void {
  let told = 0;
  const tell = (error: unknown) => {
    if (told++ >= MOST_TOLD) return;
    const words = error instanceof Error ? error.stack ?? error.message : String(error);
    log("core").error("Bug: uncaught error: {error}", { error: words.slice(0, 2_000) });
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
