/**
 * Runs all tests: `deno task test [--nothing-skipped] [--coverage] [deno test arguments]`.
 *
 * Some tests need a real server or browser that is no npm package. What is missing is installed with
 * apt where this user may (as root, or with password-less sudo); otherwise the test files that need it are named and
 * left out, or, with `--nothing-skipped`, the run fails.
 */

import { baseIsAvailable } from "./compile.ts";

interface Requirement {
  /** The command a machine must have, or a check of its own. */
  readonly command: string | (() => Promise<boolean>);
  /** Debian's package that brings it; or, where none does, what it is in words. */
  readonly aptPackage: string;
  /** Set for what no package brings: its absence is named, and fails nothing. */
  readonly optional?: true;
  /** Text in a test file that shows the file needs it. */
  readonly mark: RegExp;
}

const REQUIREMENTS: readonly Requirement[] = [
  { command: "mosquitto", aptPackage: "mosquitto", mark: /support\/mosquitto\.ts/ },
  {
    command: "mosquitto_pub",
    aptPackage: "mosquitto-clients",
    mark: /mosquitto_(pub|sub)\b/,
  },
  { command: "openssl", aptPackage: "openssl", mark: /support\/certificates\.ts/ },
  { command: "shellcheck", aptPackage: "shellcheck", mark: /"shellcheck"/ },
  { command: "chromium", aptPackage: "chromium", mark: /support\/browser\.ts/ },
  {
    command: baseIsAvailable,
    aptPackage: "the compiler's base binary: network, DENORT_BIN or COMPILE_PAIR",
    optional: true,
    mark: /support\/compiled_program\.ts/,
  },
];

const PATHS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function hasCommand(command: string): Promise<boolean> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...PATHS];
  for (const folder of folders) if (folder && await exists(`${folder}/${command}`)) return true;
  return false;
}

async function succeeds(command: string, args: string[], quiet = true): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: quiet ? "null" : "inherit",
      stderr: quiet ? "null" : "inherit",
    }).output();
    return success;
  } catch {
    return false;
  }
}

async function installWithApt(packages: readonly string[]): Promise<void> {
  if (!await hasCommand("apt-get")) return;
  const root = Deno.uid() === 0;
  if (!root && !await succeeds("sudo", ["-n", "true"])) return;
  const [command, prefix] = root ? ["apt-get", []] : ["sudo", ["-n", "apt-get"]];
  console.log(`Installing for the tests: ${packages.join(", ")}`);
  const install = [...prefix, "install", "-y", "--no-install-recommends", ...packages];
  if (await succeeds(command, install)) return;
  await succeeds(command, [...prefix, "update"]);
  await succeeds(command, install);
}

async function missingRequirements(): Promise<Requirement[]> {
  const missing: Requirement[] = [];
  for (const requirement of REQUIREMENTS) {
    const { command } = requirement;
    const met = typeof command === "string" ? await hasCommand(command) : await command();
    if (!met) missing.push(requirement);
  }
  return missing;
}

async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* testFiles(path);
    else if (/_test\.ts$/.test(entry.name)) yield path;
  }
}

async function filesNeeding(requirements: readonly Requirement[]): Promise<Map<string, string[]>> {
  const needing = new Map<string, string[]>();
  for await (const file of testFiles("tests")) {
    const text = await Deno.readTextFile(file);
    const packages = requirements.filter((r) => r.mark.test(text)).map((r) => r.aptPackage);
    if (packages.length > 0) needing.set(file, packages);
  }
  return needing;
}

/** Streams the tests' output through and returns the counts of its closing line. */
async function runTests(args: readonly string[]): Promise<{ code: number; counts: string | null }> {
  const path = [...new Set([...(Deno.env.get("PATH") ?? "").split(":"), ...PATHS])].join(":");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args],
    env: { PATH: path },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let tail = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4_000);
  }
  const { code } = await child.status;
  // deno-lint-ignore no-control-regex -- colour codes are what is taken out
  const plain = tail.replace(/\x1b\[[0-9;]*m/g, "");
  const found = [...plain.matchAll(/(\d+) passed(?: \([^)]*\))? \| (\d+) failed/g)].at(-1);
  return { code, counts: found ? `${found[1]} passed, ${found[2]} failed` : null };
}

async function main(args: string[]): Promise<number> {
  const strict = args.includes("--nothing-skipped");
  const coverage = args.includes("--coverage");
  const rest = args.filter((arg) => arg !== "--nothing-skipped" && arg !== "--coverage");

  // programs that the tests start must not have anything left to download: they would say so on stderr
  await succeeds(Deno.execPath(), ["install", "--quiet"]);
  let missing = await missingRequirements();
  const needed = () => missing.filter((r) => !r.optional).map((r) => r.aptPackage);
  if (needed().length > 0) {
    await installWithApt(needed());
    missing = await missingRequirements();
  }
  const left = await filesNeeding(missing);
  if (needed().length > 0 && strict) {
    console.error(`Cannot run all tests: missing ${needed().join(", ")}`);
    return 1;
  }
  const testArgs = [...rest];
  if (left.size > 0) testArgs.push(`--ignore=${[...left.keys()].join(",")}`);
  if (coverage) {
    await Deno.remove("coverage", { recursive: true }).catch(() => {});
    testArgs.push("--coverage=coverage");
  }
  const { code, counts } = await runTests(testArgs);
  if (coverage) await succeeds(Deno.execPath(), ["coverage", "coverage", "--include=/src/"], false);
  for (const [file, packages] of left) {
    console.log(`NOT RUN: ${file} (needs ${packages.join(", ")}; install it and run again)`);
  }
  if (counts) console.log(`\n${counts}`);
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
