import { HttpError } from "./route.ts";

/**
 * A connection string with the login of a form in it.
 * @throws {HttpError} where it holds a login already, or a password comes without its user
 */
export function withLogin(
  connectionString: string,
  { username = "", password = "" }: { username?: string; password?: string },
): string {
  if (username === "" && password === "") return connectionString;
  if (username === "") {
    throw new HttpError(
      400,
      "INVALID_ARGUMENT",
      "A password needs its user name",
      undefined,
      "username",
    );
  }
  const text = connectionString.trim();
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? "mqtt://";
  const rest = text.startsWith(scheme) ? text.slice(scheme.length) : text;
  if (/^[^/?#]*@/.test(rest)) {
    throw new HttpError(
      400,
      "INVALID_ARGUMENT",
      "The address holds a login already: give it in one of the two places",
      undefined,
      "username",
    );
  }
  const login = [username, ...(password === "" ? [] : [password])]
    .map((part) => encodeURIComponent(part.toWellFormed())).join(":");
  return `${scheme}${login}@${rest}`;
}
