import assert from "node:assert/strict";

Deno.test("an error that nobody handled is told, and the process goes on", async () => {
  const source = `
    import { Readable } from "node:stream";
    import { startLog } from ${JSON.stringify(import.meta.resolve("../../src/log.ts"))};
    import { logUncaughtErrors } from ${
    JSON.stringify(import.meta.resolve("../../src/mcp/uncaught_errors.ts"))
  };
    const log = startLog({ level: "info" });
    logUncaughtErrors();
    Promise.reject(new Error("first mqtt://ada:hunter2@h"));
    setTimeout(() => { throw new TypeError("second"); }, 1);
    setTimeout(() => new Readable().destroy(new Error("third")), 2);
    for (let i = 0; i < 200; i++) setTimeout(() => { throw new Error("again"); }, 3);
    setTimeout(async () => { await log.close(); console.log("still here"); }, 300);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const told = new TextDecoder().decode(stderr);
  assert.equal(code, 0, told);
  assert.equal(new TextDecoder().decode(stdout), "still here\n");
  for (const error of ["Error: first", "TypeError: second", "Error: third", "Error: again"]) {
    assert.ok(told.includes(`Bug: uncaught error: ${error}`), told);
  }
  assert.doesNotMatch(told, /hunter2/);
  assert.equal(told.trimEnd().split("\n").length, 50, "each on one line, and not without end");
});
