/**
 * Shows that the README's `task demo` works where nothing was ever fetched: `deno run -A scripts/fresh_machine.ts`. Each
 * case has an empty HOME of its own and downloads everything anew (100 MB each), so that this takes minutes and no test
 * runs it. The last run of each case has the network cut.
 */
import { join } from "node:path";
import { startForwardProxy } from "../tests/support/forward_proxy.ts";
import { DENO_VERSION } from "./client_settings.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
/** Nothing listens on it. */
const CUT = "http://127.0.0.1:9";

interface Case {
  readonly name: string;
  /** Starts with npm, as a reader of the README does; else with this Deno. */
  readonly npx?: boolean;
  readonly env: Readonly<Record<string, string>>;
}

async function runDemo(home: string, one: Case): Promise<{ ok: boolean; told: string[] }> {
  const deno = one.npx ? ["npx", "-y", `deno@${DENO_VERSION}`] : [Deno.execPath()];
  const [command, ...args] = [...deno, "task", "demo"];
  const inherited = Object.entries(Deno.env.toObject())
    .filter(([name]) => /^(PATH|SSL_CERT_|NODE_EXTRA_CA_CERTS)/.test(name));
  const began = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), HOME: home, NO_COLOR: "1", ...one.env },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const told = text.split("\n").filter((line) =>
    /^ +(\d+ packages? in|all there|\d+ tools after|\d+ of \d+ faulty)/.test(line)
  ).map((line) => line.trim().replace(/:.*/, ""));
  const downloads = new TextDecoder().decode(stderr).match(/^Download .*tgz$/gm)?.length ?? 0;
  told.unshift(`${downloads} packages before`);
  told.push(`${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (code !== 0) told.push(text.slice(-500) + new TextDecoder().decode(stderr).slice(-1_500));
  return { ok: code === 0, told };
}

async function main(): Promise<boolean> {
  await using plain = startForwardProxy();
  await using opening = startForwardProxy({ opensTls: true });
  const scratch = await Deno.makeTempDir({ prefix: "fresh-" });
  const certificate = join(scratch, "ca.pem");
  await Deno.writeTextFile(certificate, opening.ca!);
  const cases: Case[] = [
    { name: "with npm alone", npx: true, env: {} },
    { name: "with DENO_DIR", env: { DENO_DIR: join(scratch, "cache-1") } },
    {
      name: "behind a proxy",
      env: { HTTPS_PROXY: plain.url, DENO_DIR: join(scratch, "cache-2") },
    },
    {
      name: "behind a proxy with a certificate of its own",
      env: { HTTPS_PROXY: opening.url, DENO_CERT: certificate },
    },
  ];
  let ok = true;
  try {
    for (const [index, one] of cases.entries()) {
      const home = join(scratch, `home-${index}`);
      await Deno.mkdir(home);
      const cut = { ...one, env: { ...one.env, HTTPS_PROXY: CUT, HTTP_PROXY: CUT } };
      for (const [times, tried] of [["first", one], ["again", one], ["cut off", cut]] as const) {
        const result = await runDemo(home, tried);
        ok &&= result.ok;
        console.log(
          `${result.ok ? "ok" : "FAILED"}  ${one.name}, ${times}: ${result.told.join("; ")}`,
        );
      }
      await Deno.remove(home, { recursive: true });
    }
    for (const proxy of [plain, opening]) {
      console.log(`${proxy.asked.length} connections by proxy to ${[...new Set(proxy.asked)]}`);
      ok &&= proxy.asked.length > 0;
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
  return ok;
}

if (import.meta.main) Deno.exit(await main() ? 0 : 1);
