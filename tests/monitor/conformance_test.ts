import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { startMonitor } from "./support.ts";

const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";
const TOKEN = "conformance";

/** Scenarios that need none of the suite's own diagnostic tools, resources and prompts, or only for some checks. */
const SCENARIOS = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "prompts-list",
  "sep-2164-resource-not-found",
  "caching",
  "http-header-validation",
  "server-stateless",
  "dns-rebinding-protection",
  "input-required-result-unsupported-methods",
];

/** The suite cannot log in: what passes here gets the token, and nothing else is changed. */
function forwardWithToken(port: number): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (incoming) => {
    const headers = Object.fromEntries(incoming.headers);
    // Told apart by port only: the guard has to see its own.
    const own = (value: string | undefined) =>
      value?.replace(/^((http:\/\/)?(127\.0\.0\.1|localhost)):\d+$/, `$1:${port}`);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port,
      path: new URL(`http://x${new URL(incoming.url, "http://x").pathname}`).pathname,
      method: incoming.method,
      headers: {
        ...headers,
        host: own(headers.host),
        ...(headers.origin ? { origin: own(headers.origin) } : {}),
        authorization: `Bearer ${TOKEN}`,
      },
    }, (answer) => {
      resolve(
        new Response(Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>, {
          status: answer.statusCode,
          headers: answer.headers as Record<string, string>,
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(new Uint8Array(await incoming.arrayBuffer()));
    return await promise;
  });
}

Deno.test("the protocol's conformance suite finds nothing wrong with MCP over HTTP", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const forwarder = forwardWithToken(monitor.port);
  const folder = await Deno.makeTempDir({ prefix: "conformance" });
  try {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-config",
        SUITE,
        "server",
        "--suite",
        "all",
        "--url",
        `http://127.0.0.1:${forwarder.addr.port}/mcp`,
        "--output-dir",
        folder,
      ],
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const results = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.ok(results.length > 0, decode(stdout) + decode(stderr));
    const failures: string[] = [];
    for (const scenario of SCENARIOS) {
      const result = results.find((name) => name.startsWith(`server-${scenario}-2`));
      assert.ok(result, `The suite did not run ${scenario}`);
      const checks: { id: string; status: string; errorMessage?: string }[] = JSON.parse(
        Deno.readTextFileSync(`${folder}/${result}/checks.json`),
      );
      assert.ok(checks.some(({ status }) => status === "SUCCESS"), scenario);
      for (const { id, status, errorMessage = "" } of checks) {
        // Some checks ask for diagnostic tools that only a test server has.
        if (status !== "FAILURE" || errorMessage.startsWith("Not testable")) continue;
        failures.push(`${scenario}: ${id}: ${errorMessage}`);
      }
    }
    assert.deepEqual(failures, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
    await forwarder.shutdown();
  }
});
