import { redactHead } from "../redact.ts";
import type { z } from "zod";

/** A file of the pages, served as it is. */
export interface PageFile {
  /** The content type, with its character set. */
  readonly type: string;
  readonly text: string;
  /** Needed to log in: served to whoever has no WEB_TOKEN yet. Holds no data. */
  readonly public: boolean;
  /** Its address changes whenever it does: it may be kept for ever. */
  readonly immutable?: boolean;
}

/** What a handler gets: everything is validated. */
interface RouteRequest<Q, B> {
  readonly query: Q;
  readonly body: B;
  /** The part of the path that `{id}` stands for. */
  readonly id: string;
  readonly request: Request;
  /** Where it comes from, as far as the socket tells. */
  readonly address: string;
}

/** One route of the HTTP API. Its description in OpenAPI is made of the same schemas that validate it. */
export interface Route<Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType> {
  readonly method: "get" | "post" | "delete";
  /** With `{id}` where a part of the path varies. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Q;
  readonly body?: B;
  /** Largest body in bytes; default 16 KiB. */
  readonly bodyMaxBytes?: number;
  /** Shape of a good answer; left out where it is not JSON. */
  readonly answer?: z.ZodType;
  /** Media types of an answer that is not JSON. */
  readonly media?: readonly string[];
  /** Whether it writes: to a broker, or what this server holds. Offered only where {@linkcode Status} says so. */
  readonly writes?: true;
  /** Whether it answers without WEB_TOKEN. */
  readonly open?: true;
  /** Gives the facts of the answer, or a whole response; throws {@linkcode HttpError} or an `MqttMcpError`. */
  handle(
    request: RouteRequest<z.output<Q>, z.output<B>>,
  ): Response | object | Promise<Response | object>;
}

/** A route with its types inferred from its shapes. */
export function defineRoute<Q extends z.ZodType, B extends z.ZodType>(route: Route<Q, B>): Route {
  return route as unknown as Route;
}

/** A refusal with its status. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint?: string,
    /** The field of the request that it is about. */
    readonly field?: string,
  ) {
    super(message);
  }
}

/** A refusal as a response. */
export function errorResponse(error: HttpError): Response {
  const { status, code } = error;
  const message = redactHead(error.message, 1_500);
  const hint = error.hint && redactHead(error.hint, 1_500);
  const field = error.field && redactHead(error.field, 60);
  return Response.json(
    { error: { code, message, ...(hint && { hint }), ...(field && { field }) } },
    {
      status,
      headers: status === 401 ? { "www-authenticate": 'Bearer realm="mqtt-mcp"' } : {},
    },
  );
}

/** A refusal of what comes too often. */
export function tooMany(): HttpError {
  return new HttpError(
    429,
    "TOO_MANY_REQUESTS",
    "Cannot answer that many requests",
    "Wait a moment",
  );
}
