/**
 * The errors a caller can see. Every failure that reaches a client is one of these: a code from a
 * closed list, a sentence that says what happened, and a hint that says what to do about it.
 * Nothing in `message` or `hint` may ever hold a credential.
 */

/** Codes of failures while reaching or keeping a broker. */
export type ConnectionErrorCode =
  | "BROKER_UNREACHABLE"
  | "AUTHENTICATION_FAILED"
  | "CONNECTION_TIMEOUT"
  | "TLS_FAILED"
  | "CONNECTION_LOST";

/** Codes of failures around the handle of a session or collection. */
type SessionErrorCode = "SESSION_NOT_FOUND" | "SESSION_EXPIRED" | "RESOURCE_LIMIT";

/** Codes of failures of a single operation. */
type OperationErrorCode =
  | "CONNECTION_STRING_INVALID"
  | "TOPIC_INVALID"
  | "PAYLOAD_TOO_LARGE"
  | "QOS_NOT_SUPPORTED"
  | "NOT_AUTHORIZED"
  | "NOT_ALLOWED"
  | "INVALID_ARGUMENT"
  | "TIMEOUT";

/** Every code a failed call can carry. */
export type ErrorCode = ConnectionErrorCode | SessionErrorCode | OperationErrorCode;

/** What all expected failures share: a {@linkcode ErrorCode}, a sentence, and a way out. */
export abstract class MqttMcpError<Code extends ErrorCode = ErrorCode> extends Error {
  /**
   * @param code from a closed list, so that an assistant can branch on it
   * @param hint an imperative sentence: what the caller can do now; shown after `Try: `
   */
  constructor(
    readonly code: Code,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A broker could not be reached, refused us, or went away. */
export class ConnectionError extends MqttMcpError<ConnectionErrorCode> {}

/** A session or collection handle is unknown or expired, or a limit on them is reached. */
export class SessionError extends MqttMcpError<SessionErrorCode> {}

/** An operation was asked for wrongly, is not permitted, or did not finish in time. */
export class OperationError extends MqttMcpError<OperationErrorCode> {}

/** An argument that cannot be used: what is wrong with it, and what to give instead. */
export function invalidArgument(message: string, hint: string): OperationError {
  return new OperationError("INVALID_ARGUMENT", message, hint);
}

/** What a policy of ours forbids, and what is allowed instead. */
export function notAllowed(message: string, hint: string): OperationError {
  return new OperationError("NOT_ALLOWED", message, hint);
}

/**
 * @throws {OperationError} `TIMEOUT` once the caller has given up; `what` failed then, e.g. `Cannot read`
 */
export function throwIfCancelled(signal: AbortSignal, what: string): void {
  if (!signal.aborted) return;
  throw new OperationError("TIMEOUT", `${what}: the call was cancelled`, "Call again");
}
