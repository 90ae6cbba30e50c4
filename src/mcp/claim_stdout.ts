import process from "node:process";
import { log } from "../log.ts";

/**
 * Takes stdout for the protocol alone. Whatever else prints (a library's `console.log`, a write to
 * `process.stdout` or `Deno.stdout`) becomes a line of the log instead.
 */
export function claimStdout(): WritableStream<Uint8Array> {
  const { writable } = Deno.stdout;
  const methods = ["log", "info", "debug", "dir", "dirxml", "table", "group", "groupCollapsed"];
  const timers = ["timeEnd", "timeLog", "count"];
  for (const name of [...methods, ...timers, "trace", "warn", "error"]) {
    const level = name === "error" ? "error" : name === "warn" ? "warning" : "info";
    Reflect.set(console, name, (...parts: unknown[]) => {
      log("console")[level]("{text}", { text: parts.map(show).join(" ") });
    });
  }
  const print = (chunk: string | Uint8Array) => {
    const text = typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
    log("console").info("{text}", { text: text.trimEnd() });
  };
  Reflect.set(process.stdout, "write", (chunk: string | Uint8Array, ...rest: unknown[]) => {
    print(chunk);
    const callback = rest.find((item) => typeof item === "function");
    if (callback) queueMicrotask(() => callback());
    return true;
  });
  const bytesWritten = (bytes: Uint8Array) => {
    print(bytes);
    return bytes.length;
  };
  Reflect.set(Deno.stdout, "writeSync", bytesWritten);
  Reflect.set(Deno.stdout, "write", (bytes: Uint8Array) => Promise.resolve(bytesWritten(bytes)));
  return writable;
}

const SHOWN_MAX_CHARS = 500;

function show(value: unknown): string {
  const text = typeof value === "string" ? value : Deno.inspect(value, { depth: 3 });
  return text.slice(0, SHOWN_MAX_CHARS);
}
