/** A flag or environment value that cannot be used. The message is one line and holds no secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
