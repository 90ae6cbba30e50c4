import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { redactHead, redactValue } from "../redact.ts";

/** Characters of an error's message that are sent. */
const MESSAGE_CHARS = 2_000;

/** The message, without secrets in what the SDK quotes of a wrong request in its own errors. */
export function withoutSecrets<T extends JSONRPCMessage>(message: T): T {
  if (!("error" in message)) return message;
  const { error } = message;
  return {
    ...message,
    error: {
      ...error,
      message: redactHead(error.message, MESSAGE_CHARS),
      ...(error.data !== undefined && { data: redactValue(error.data) }),
    },
  };
}

/** The same for an HTTP answer, be it one JSON message or a stream of them as server-sent events. */
export async function answerWithoutSecrets(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) {
    const body = response.body.pipeThrough(new TextDecoderStream())
      .pipeThrough(eventsWithoutSecrets())
      .pipeThrough(new TextEncoderStream());
    return new Response(body, response);
  }
  if (!type.startsWith("application/json") || response.ok) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(textWithoutSecrets(await response.text()), {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}

const DATA = "data: ";

/** Hands lines on as they end: an event's data stand on one line of their own. */
function eventsWithoutSecrets(): TransformStream<string, string> {
  let parts: string[] = [];
  return new TransformStream({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf("\n");
      if (end < 0) {
        parts.push(chunk);
        return;
      }
      parts.push(chunk.slice(0, end + 1));
      const lines = parts.join("").split("\n");
      parts = end + 1 < chunk.length ? [chunk.slice(end + 1)] : [];
      controller.enqueue(lines.map(lineWithoutSecrets).join("\n"));
    },
    flush(controller) {
      if (parts.length > 0) controller.enqueue(lineWithoutSecrets(parts.join("")));
    },
  });
}

function lineWithoutSecrets(line: string): string {
  return line.startsWith(DATA) && line.includes('"error"')
    ? DATA + textWithoutSecrets(line.slice(DATA.length))
    : line;
}

function textWithoutSecrets(text: string): string {
  try {
    const message = JSON.parse(text);
    return typeof message === "object" && message !== null && "error" in message
      ? JSON.stringify(withoutSecrets(message))
      : text;
  } catch {
    return redactHead(text, MESSAGE_CHARS);
  }
}

/** What is wrong with a connection, in words. Parsers quote what they were given, which may hold anything: it is left out. */
export function clientFault(error: Error): string {
  return error.name === "SyntaxError" || /^\s*[[{]/.test(error.message)
    ? "A client sent a line that is no JSON-RPC message"
    : error.message;
}
