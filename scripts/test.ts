/**
 * Runs all tests: `deno task test [--nothing-skipped] [--coverage] [files] [deno test arguments]`. The suite against other
 * brokers is one of its own: `deno task test:brokers [--install]`.
 *
 * The program is bundled first, anew in each run, and tests that start it start that: what the package for npm holds. With
 * `--coverage`, and where a file is run without this script, they start main.ts.
 *
 * Test files that speak with a broker or a program mostly wait: they run side by side in one process, DENO_JOBS at a time.
 * Beside them, in another, run those that only compute, half as many at a time; those that open a browser, two at a time;
 * and, each in a process of its own, those with a line `// own process: why` at their head. What the last three print comes
 * at the end. What fails does not keep the rest from running; the last line is `N passed, N failed`, over all.
 *
 * Files of one kind share modules, so that each loads what they import once for many files; the tests of a module run one
 * after the other. Not those with a line `// takes long: why` at their head, which begin first, and not those that measure
 * or whose hooks would run for others.
 *
 * Some tests need a real server or browser that is no npm package. What is missing is installed with
 * apt where this user may (as root, or with password-less sudo); otherwise the test files that need it are named and
 * left out, or, with `--nothing-skipped`, the run fails. Brokers that nothing but their own suite needs are installed only
 * with `--install`, because their packages may start them as services of the machine; one that cannot be had is named.
 */

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { baseIsAvailable, bundleProgram } from "./compile.ts";
import { hasMosca, installMosca } from "./mosca.ts";
import { fetchPackages, stderrDisplay } from "./packages.ts";

interface Requirement {
  /** The command a machine must have, or a check of its own. */
  readonly command: string | (() => Promise<boolean>);
  /** Debian's package that brings it; or, where none does, what it is in words. */
  readonly aptPackage: string;
  /** Set for what no package brings, or not everywhere: its absence is named, and fails nothing. */
  readonly optional?: true;
  /** Of what is optional: brings it, where `--install` asks for that. */
  readonly install?: () => Promise<unknown>;
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
  { command: hasPostgres, aptPackage: "postgresql", mark: /support\/postgres\.ts/ },
  { command: "openssl", aptPackage: "openssl", mark: /support\/certificates\.ts/ },
  { command: "shellcheck", aptPackage: "shellcheck", mark: /"shellcheck"/ },
  { command: "npm", aptPackage: "npm", mark: /support\/npm_package\.ts/ },
  { command: hasBrowser, aptPackage: "chromium", mark: /support\/(?:shared_)?browser\.ts/ },
  {
    command: baseIsAvailable,
    aptPackage: "the compiler's base binary: network, DENORT_BIN or COMPILE_PAIR",
    optional: true,
    mark: /support\/compiled_program\.ts/,
  },
  fromDebian("rabbitmq", ["rabbitmq-server"], ["/usr/lib/rabbitmq/bin/rabbitmq-server"]),
  fromDebian("ejabberd", ["ejabberd"], ["/usr/sbin/ejabberdctl"]),
  fromDebian("activemq", ["activemq", "libmqtt-client-java"], [
    "/usr/bin/java",
    "/usr/share/activemq/lib/activemq-mqtt.jar",
    "/usr/share/java/mqtt-client.jar",
  ]),
  {
    command: async () => await hasCommand("node") && await hasMosca(),
    aptPackage: "node, and mosca from npm: deno task test:brokers --install",
    optional: true,
    install: () => installMosca(),
    mark: /support\/brokers\/mosca\.ts/,
  },
];

/** A broker for its own suite, from Debian's packages, known by files of theirs. */
function fromDebian(name: string, packages: string[], files: string[]): Requirement {
  return {
    command: async () => (await Promise.all(files.map(exists))).every((there) => there),
    aptPackage: `${packages.join(" ")}: apt, or deno task test:brokers --install`,
    optional: true,
    install: () => installWithApt(packages),
    mark: new RegExp(`support/brokers/${name}\\.ts`),
  };
}

/** Does what Chromium does, for a third of the processor time. */
const LIGHT_BROWSER = "chromium-headless-shell";

/** Folders whose tests run only when they are named. */
const OWN_SUITES = ["tests/brokers"];

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

/** The whole browser, or the one without a screen, as tests/support/browser.ts takes them. */
async function hasBrowser(): Promise<boolean> {
  return await hasCommand(LIGHT_BROWSER) || await hasCommand("chromium");
}

/** Debian keeps the server's programs out of the search path. */
async function hasPostgres(): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir("/usr/lib/postgresql")) {
      if (await exists(`/usr/lib/postgresql/${name}/bin/initdb`)) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** For one command of apt. */
const INSTALL_LIMIT_MS = 5 * 60_000;

async function succeeds(
  command: string,
  args: string[],
  { quiet = true, limitMs }: { quiet?: boolean; limitMs?: number } = {},
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args,
      ...(limitMs !== undefined && { signal: AbortSignal.timeout(limitMs) }),
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
  console.log(`Installing with apt for the tests: ${packages.join(", ")}`);
  const clock = startClock();
  const install = [...prefix, "install", "-y", "--no-install-recommends", ...packages];
  const limit = { limitMs: INSTALL_LIMIT_MS };
  let installed = await succeeds(command, install, limit);
  if (!installed) {
    await succeeds(command, [...prefix, "update"], limit);
    installed = await succeeds(command, install, limit);
  }
  console.log(`  ${installed ? "installed" : "could not install them all"}, ${clock()}`);
}

/** Brings the light browser where apt has it at hand and nothing has to go for it; without it the whole one is taken. */
async function installLightBrowser(): Promise<void> {
  if (await hasCommand(LIGHT_BROWSER) || Deno.uid() !== 0) return;
  if (!await succeeds("apt-cache", ["show", LIGHT_BROWSER])) return;
  const install = ["install", "-y", "--no-install-recommends", "--no-remove", LIGHT_BROWSER];
  const installed = await succeeds("apt-get", install, { limitMs: 60_000 });
  console.log(`${LIGHT_BROWSER}: ${installed ? "installed" : "could not be installed"}`);
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

/** A file of tests, and what it asks of the run. */
interface TestFile {
  readonly path: string;
  /** Debian's packages, or what else it needs, that are missing. */
  readonly missing: readonly string[];
  /** Whether it cannot share its process with others. */
  readonly apart: boolean;
  /** Whether it opens pages: a browser that shares two processors with five others is a slow one. */
  readonly browser: boolean;
  /** Whether it speaks with a broker, a server or another program: it then mostly waits. */
  readonly waits: boolean;
  /** Whether it begins before others, in a module of its own. */
  readonly long: boolean;
  /** Whether it has a module of its own. */
  readonly alone: boolean;
  /** Whether it is looked for beside the module that runs, as snapshots are. */
  readonly inPlace: boolean;
  /** Characters of its text, by which files are shared out. */
  readonly size: number;
}

/** What tests share without waiting for anything. */
const COMPUTES =
  /support\/(bombs|growth|house_fleet|messages|regular_expressions|sessions|tool_examples)\.ts/g;

/** What would see, or be seen by, other files in its module: hooks of tests, what is measured, a changed global. */
const ALONE = /Deno\.test\.(before|after)|support\/(growth|regular_expressions)\.ts/;

async function readTestFiles(
  paths: readonly string[],
  missing: readonly Requirement[],
): Promise<TestFile[]> {
  const files: TestFile[] = [];
  for (const path of paths) {
    const text = await Deno.readTextFile(path);
    files.push({
      path,
      missing: missing.filter((r) => r.mark.test(text)).map((r) => r.aptPackage),
      apart: /^\/\/ own process: /m.test(text),
      browser: /support\/(?:shared_)?browser\.ts/.test(text),
      waits: /support(\/|\.ts)|Deno\.(Command|listen|connect)/.test(text.replace(COMPUTES, "")),
      long: /^\/\/ takes long: /m.test(text),
      alone: ALONE.test(text),
      inPlace: /\.assertSnapshot\(/.test(text),
      size: text.length,
    });
  }
  return files;
}

/** Shares files out to so many modules of about the same size; neighbours import the same, and stay together. */
export function sharedOut<File extends { readonly size: number }>(
  files: readonly File[],
  modules: number,
): File[][] {
  const whole = files.reduce((sum, { size }) => sum + size, 0);
  const groups: File[][] = [];
  let before = 0;
  for (const file of files) {
    const at = Math.floor(modules * (before + file.size / 2) / Math.max(1, whole));
    (groups[at] ??= []).push(file);
    before += file.size;
  }
  return groups.filter((group) => group.length > 0);
}

/** Writes the modules to run for some files into a folder, and returns their paths in the order of their beginning. */
async function writeModules(
  files: readonly TestFile[],
  o: { readonly kind: string; readonly modules: number; readonly folder: string },
): Promise<string[]> {
  const byPath = files.toSorted((a, b) => a.path < b.path ? -1 : 1);
  const first = byPath.filter(({ long }) => long);
  const alone = byPath.filter(({ long, alone, inPlace }) => !long && (alone || inPlace));
  const shared = byPath.filter(({ long, alone, inPlace }) => !long && !alone && !inPlace);
  const rest = sharedOut(shared, o.modules);
  const groups = [...[...first, ...alone].map((file) => [file]), ...rest];
  // all in one folder: Deno begins with one folder's before it goes on to another's
  return await Promise.all(groups.map(async (group, at) => {
    if (group.length === 1 && group[0].inPlace) return group[0].path;
    const name = group.length === 1
      ? basename(group[0].path)
      : `${group.length}_from_${basename(group[0].path)}`;
    const module = join(o.folder, `${o.kind}_${String(at + 1).padStart(2, "0")}_${name}`);
    const imports = group.map(({ path }) =>
      `import ${JSON.stringify(pathToFileURL(path).href)};\n`
    );
    await Deno.writeTextFile(module, imports.join(""));
    return module;
  }));
}

/** Files that the arguments name, or all; and the other arguments. */
async function sortArguments(
  args: readonly string[],
): Promise<{ paths: string[]; all: boolean; rest: string[] }> {
  const paths: string[] = [];
  const rest: string[] = [];
  for (const arg of args) {
    const found = arg.startsWith("-") ? null : await Deno.stat(arg).catch(() => null);
    if (found?.isDirectory) { for await (const path of testFiles(arg)) paths.push(path); }
    else if (found?.isFile) paths.push(arg);
    else rest.push(arg);
  }
  const all = paths.length === 0;
  if (all) {
    for await (const path of testFiles("tests")) {
      if (!OWN_SUITES.some((folder) => path.startsWith(`${folder}/`))) paths.push(path);
    }
  }
  return { paths, all, rest };
}

/** What a part of the run came to. */
interface PartResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly ok: boolean;
  readonly took: string;
}

/** Runs a part, streams its output through or keeps it, and reads the counts of its closing line. */
async function runPart(
  name: string,
  files: readonly string[],
  options: { args: readonly string[]; jobs?: number; keep?: Uint8Array[] },
): Promise<PartResult> {
  const { keep } = options;
  const write = async (chunk: Uint8Array) => {
    if (keep !== undefined) keep.push(chunk);
    else for (let at = 0; at < chunk.length;) at += await Deno.stdout.write(chunk.subarray(at));
  };
  await write(new TextEncoder().encode(`\n${name}\n`));
  const clock = startClock();
  const path = [...new Set([...(Deno.env.get("PATH") ?? "").split(":"), ...PATHS])].join(":");
  const { jobs } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...(jobs ? ["--parallel"] : []), ...options.args, ...files],
    env: { PATH: path, ...(jobs ? { DENO_JOBS: String(jobs) } : {}) },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let tail = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4_000);
  }
  const { success } = await child.status;
  // deno-lint-ignore no-control-regex -- colour codes are what is taken out
  const plain = tail.replace(/\x1b\[[0-9;]*m/g, "");
  const found = [...plain.matchAll(/(\d+) passed(?: \([^)]*\))? \| (\d+) failed/g)].at(-1);
  const failed = Number(found?.[2] ?? 0);
  return {
    name,
    passed: Number(found?.[1] ?? 0),
    // a run that ended without its counts, or failed beside them, is a failure too
    failed: success ? failed : Math.max(1, failed),
    ok: success,
    took: clock(),
  };
}

/** Checks the types of modules; keeps what it says. */
async function runCheck(modules: readonly string[], keep: Uint8Array[]): Promise<PartResult> {
  const clock = startClock();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...modules],
    stdin: "null",
  }).output();
  keep.push(new TextEncoder().encode("\nTypes\n"), stdout, stderr);
  return { name: "Types", passed: 0, failed: success ? 0 : 1, ok: success, took: clock() };
}

/** How many files run side by side: tests mostly wait, so more than there are processors. */
function jobCount(): number {
  const wanted = Number(Deno.env.get("DENO_JOBS"));
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  return Math.min(8, 2 * navigator.hardwareConcurrency);
}

/** Tells how long it has been, as `1 min 5 s`. */
function startClock(): () => string {
  const began = performance.now();
  return () => {
    const seconds = Math.round((performance.now() - began) / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  };
}

/**
 * Bundles the program as it is now, for the tests that start it, and has them find it. Not for coverage, which has to see
 * the modules.
 */
async function bundleForTests(folder: string): Promise<PartResult> {
  const clock = startClock();
  let ok = true;
  try {
    await bundleProgram({ folder });
    Deno.env.set("TEST_BUNDLE", join(folder, "mqtt-mcp.js"));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    ok = false;
  }
  return { name: "Bundle", passed: 0, failed: ok ? 0 : 1, ok, took: clock() };
}

/** Programs that the tests start must not have anything left to download: they would say so on stderr. */
async function fetchAll(): Promise<boolean> {
  console.log("Fetching the packages that are not there yet");
  const display = stderrDisplay();
  try {
    const { packages, seconds } = await fetchPackages([], display);
    display.done();
    console.log(packages > 0 ? `  ${packages} in ${seconds.toFixed(0)} s` : "  all are there");
    return true;
  } catch (error) {
    display.done();
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

async function main(args: string[]): Promise<number> {
  const wholeClock = startClock();
  const strict = args.includes("--nothing-skipped");
  const coverage = args.includes("--coverage");
  const install = args.includes("--install");
  const { paths, all, rest } = await sortArguments(
    args.filter((arg) => !["--nothing-skipped", "--coverage", "--install"].includes(arg)),
  );

  if (!await fetchAll()) return 1;
  let missing = await missingRequirements();
  const needed = () => missing.filter((r) => !r.optional).map((r) => r.aptPackage);
  if (needed().length > 0) {
    await installWithApt(needed());
    missing = await missingRequirements();
  }
  if (install) {
    const wanted = missing.filter((requirement) => requirement.install);
    for (const { install } of wanted) await install?.();
    missing = await missingRequirements();
  }
  if (strict) await installLightBrowser();
  if (needed().length > 0 && strict) {
    console.error(`Cannot run all tests: missing ${needed().join(", ")}`);
    return 1;
  }
  const files = await readTestFiles(paths, missing);
  const left = files.filter((file) => file.missing.length > 0);
  const run = files.filter((file) => file.missing.length === 0);
  if (coverage) {
    await Deno.remove("coverage", { recursive: true }).catch(() => {});
    rest.push("--coverage=coverage", "--coverage-raw-data-only");
  }

  const folder = await Deno.makeTempDir({ prefix: "tested-program-" });
  const bundling = coverage ? undefined : bundleForTests(folder);
  const keptOfTypes: Uint8Array[] = [];
  const checkTypes = async () => {
    if (rest.includes("--no-check")) return [];
    // the same modules as in the task `ok`, so that what was checked there is known
    return [await runCheck(all ? ["main.ts", "bench", "scripts", "tests"] : paths, keptOfTypes)];
  };
  const jobs = jobCount();
  const half = Math.ceil(jobs / 2);
  const shared = run.filter(({ apart }) => !apart);
  const waiting = shared.filter(({ browser, waits }) => !browser && waits);
  const computing = shared.filter(({ browser, waits }) => !browser && !waits);
  const browsers = shared.filter(({ browser }) => browser);
  const checked = [...rest.filter((arg) => arg !== "--no-check"), "--no-check"];
  const kept: Uint8Array[] = [];
  const keptOfBrowsers: Uint8Array[] = [];
  const keptOfComputing: Uint8Array[] = [];
  const runApart = async () => {
    const parts: PartResult[] = [];
    for (const { path } of run.filter(({ apart }) => apart)) {
      parts.push(
        await runPart(`In its own process: ${path}`, [path], { args: checked, keep: kept }),
      );
    }
    return parts;
  };
  const runTogether = async (
    kind: string,
    files: TestFile[],
    options: { jobs: number; modules: number; keep?: Uint8Array[] },
  ) => {
    if (files.length === 0) return [];
    const word = kind.split(" ").at(-1)!.toLowerCase();
    const modules = await writeModules(files, { kind: word, modules: options.modules, folder });
    const name = `${kind}, side by side: ${files.length} files in ${modules.length} modules, ` +
      `${options.jobs} at a time`;
    return [await runPart(name, modules, { args: checked, ...options })];
  };
  const types = checkTypes();
  const computed = runTogether("Computing", computing, {
    jobs: half,
    modules: 2 * half,
    keep: keptOfComputing,
  });
  const bundled = bundling ? [await bundling] : [];
  const lanes = await Promise.all([
    types,
    runTogether("With brokers and programs", waiting, { jobs, modules: 3 * jobs }),
    computed,
    runTogether("With a browser", browsers, {
      jobs: half,
      modules: 2 * half,
      keep: keptOfBrowsers,
    }),
    runApart(),
  ]);
  for (const chunk of [...keptOfTypes, ...keptOfComputing, ...keptOfBrowsers, ...kept]) {
    for (let at = 0; at < chunk.length;) at += Deno.stdout.writeSync(chunk.subarray(at));
  }
  const results = [...bundled, ...lanes.flat()];
  await Deno.remove(folder, { recursive: true });
  if (coverage) {
    await succeeds(Deno.execPath(), ["coverage", "coverage", "--include=/src/"], { quiet: false });
  }

  console.log("");
  for (const { name, passed, failed, took } of results) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed, ` : "";
    console.log(`${name}: ${counts}${took}`);
  }
  console.log(`All of it: ${wholeClock()}`);
  for (const { path, missing } of left) {
    console.log(`NOT RUN: ${path} (needs ${missing.join(", ")}; install it and run again)`);
  }
  const sum = (count: (result: PartResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  console.log(`\n${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
