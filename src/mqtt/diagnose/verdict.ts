/** What a stage has to say for itself. */
export interface Verdict {
  readonly status: "pass" | "warn" | "fail" | "skipped";
  readonly detail: string;
}

/** A stage that passed. */
export function pass(detail: string): Verdict {
  return { status: "pass", detail };
}

/** A stage that passed, with something to know about it. */
export function warn(detail: string): Verdict {
  return { status: "warn", detail };
}

/** A stage that failed, with the way out of it. */
export function fail(what: string, wayOut: string): Verdict {
  return { status: "fail", detail: `${capitalised(what)}. Try: ${wayOut}` };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
