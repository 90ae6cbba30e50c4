/** Requests to the monitor's own API. */

/** A refusal, with the server's reason in words. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, hint?: string }} [details]
   */
  constructor(message, details = {}) {
    super(message);
    this.name = "ApiError";
    this.code = details.code;
    this.hint = details.hint;
  }
}

/**
 * Asks and gives the answer's JSON. Without a login it goes to the login page.
 * @param {string} path relative, e.g. `api/calls`
 * @param {{ method?: string, body?: unknown, query?: Record<string, unknown>, signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
export async function ask(path, options = {}) {
  const response = await fetch(path + queryText(options.query), {
    method: options.method ?? "GET",
    ...(options.body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(options.body),
    }),
    ...(options.signal && { signal: options.signal }),
  }).catch((error) => {
    if (error?.name === "AbortError") throw error;
    throw new ApiError("The monitor does not answer");
  });
  if (response.status === 401) {
    goToLogin();
    throw new ApiError("You are not logged in");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ApiError(
    answer?.error?.message ?? `The monitor answered with status ${response.status}`,
    answer?.error,
  );
}

/**
 * The query of an address, without empty parameters.
 * @param {Record<string, unknown>} [query]
 */
export function queryText(query = {}) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** Leaves for the login page, which comes back to where one was. */
export function goToLogin() {
  location.replace(`login${location.hash}`);
}
