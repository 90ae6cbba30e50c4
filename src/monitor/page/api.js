/** Requests to the monitor's own API. */

/** A refusal, with the server's reason in words. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, hint?: string, field?: string }} [details]
   */
  constructor(message, details = {}) {
    super(message);
    this.name = "ApiError";
    this.code = details.code;
    this.hint = details.hint;
    this.field = details.field;
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
  const response = await request(path, options);
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw refusal(answer, response);
}

/**
 * Posts, and tells each line of JSON of the answer as it comes; gives the last one.
 * @param {string} path
 * @param {object} body
 * @param {(line: any) => void} onLine
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
export async function askLines(path, body, onLine) {
  const response = await request(path, { method: "POST", body, accept: "application/x-ndjson" });
  if (!response.ok) throw refusal(await response.json().catch(() => null), response);
  let rest = "";
  let last = null;
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    const lines = (rest + piece.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      last = JSON.parse(line);
      onLine(last);
    }
  }
  if (last === null || last.error) throw refusal(last, response);
  return last;
}

/**
 * @param {string} path
 * @param {{ method?: string, body?: unknown, query?: Record<string, unknown>, accept?: string, signal?: AbortSignal }} options
 */
async function request(path, { method = "GET", body, query, accept, signal }) {
  const response = await fetch(path + queryText(query), {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(accept && { accept }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error) => {
    if (error?.name === "AbortError") throw error;
    throw new ApiError("The monitor does not answer");
  });
  if (response.status !== 401) return response;
  goToLogin();
  throw new ApiError("You are not logged in");
}

/** @param {any} answer @param {Response} response */
function refusal(answer, response) {
  return new ApiError(
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
