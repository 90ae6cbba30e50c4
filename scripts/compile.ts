/**
 * Compiles the program: `deno run -A scripts/compile.ts [--all] [--target NAME]… [--profile download|image] [--out DIR]`.
 *
 * Without a target it compiles for this machine, to `dist/mqtt-mcp`. With `--all` or `--target` the files
 * carry their target's name, and `SHA256SUMS` lists them. The profile `image` lays out what goes into the
 * container's root instead, under `dist/image/linux-ARCHITECTURE/`.
 *
 * The program is bundled and minified first, then embedded into Deno's base binary, which the compiler
 * downloads. Where it cannot, `DENORT_BIN` names one of the same version; and `COMPILE_PAIR` names a
 * directory with a `deno` and a `denort` of another version that fit each other, for trying the compiled
 * program only.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  imageReadable,
  imageWritable,
  permissionFlags,
  type Profile,
  profiles,
} from "./release/permissions.ts";
import { fileNameOf, hostTarget, type Target, targetNamed, targets } from "./release/targets.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");

/** What to compile, and with what. */
export interface CompileOptions {
  readonly target: Target;
  readonly profile: Profile;
  /** Path of the program to write. */
  readonly output: string;
  /** Path of the bundle to embed. */
  readonly bundle: string;
  /** Flags of the compiler instead of the profile's, for tests of single rights. */
  readonly permissions?: readonly string[];
}

/**
 * Writes the whole program with all it imports, minified: as one module, or, with `folder`, as several beside each other
 * of which each start loads only what it needs, the first of them `mqtt-mcp.js`. The program's answers to
 * what hosts ask first are put in, so that they can be given before anything is loaded.
 */
export async function bundleProgram(
  to: { readonly file: string } | { readonly folder: string },
  entry = "main.ts",
): Promise<void> {
  const dist = join(ROOT, "dist");
  await Deno.mkdir(dist, { recursive: true });
  const parts = await Deno.makeTempDir({ prefix: "bundle-", dir: dist });
  try {
    const first = entry === "main.ts" ? await writeFirst(parts) : entry;
    const output = "file" in to
      ? ["-o", resolve(to.file)]
      : ["--code-splitting", "--outdir", resolve(to.folder)];
    await run(Deno.execPath(), {
      args: ["bundle", "--quiet", "--platform", "deno", "--minify", ...output, first],
      env: {},
    });
    if ("file" in to) await requireLazily([resolve(to.file)]);
    else {
      const folder = resolve(to.folder);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name));
      await requireLazily(names.filter((name) => name.endsWith(".js")));
    }
  } finally {
    await Deno.remove(parts, { recursive: true });
  }
}

/** Where a bundle makes the `require` of the packages in it, in whatever way it is minified. */
const REQUIRE =
  /import ?\{ ?createRequire as (\w+) ?\} ?from ?"node:module";\s*var (\w+) ?= ?\1\(import\.meta\.url\);/;

/**
 * Makes `require` when it is first called: it loads all of what Deno has of Node's, which takes longer than everything
 * else before the first answer. Throws when a bundle makes it in a way that is not known.
 */
async function requireLazily(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const text = await Deno.readTextFile(file);
    if (!text.includes("createRequire as")) continue;
    const lazy = text.replace(
      REQUIRE,
      (_, make, name) =>
        `var ${make},${name}=(id)=>(${make}??=globalThis.process.getBuiltinModule("node:module")` +
        `.createRequire(import.meta.url))(id);`,
    );
    if (lazy === text) throw new Error(`Cannot find how ${file} makes its require`);
    await Deno.writeTextFile(file, lazy);
  }
}

/** Writes the module that a bundle begins with: it puts the first answers in, then runs the program. */
async function writeFirst(folder: string): Promise<string> {
  const first = join(folder, "mqtt-mcp.ts");
  const main = pathToFileURL(join(ROOT, "main.ts")).href;
  const program = `import { run } from ${JSON.stringify(main)};\nawait run();\n`;
  await Deno.writeTextFile(first, await bundledAnswers() + program);
  return first;
}

/** What puts the first answers into the program. */
async function bundledAnswers(): Promise<string> {
  const { readBundled } = await import("./release/first_answers.ts");
  const module = pathToFileURL(join(ROOT, "src", "mcp", "listed_tools.ts")).href;
  return `import { bundle } from ${JSON.stringify(module)};\n` +
    `bundle.known = JSON.parse(${JSON.stringify(JSON.stringify(await readBundled()))});\n`;
}

/** Embeds a bundle into the base binary. Throws with what is missing when the base cannot be had. */
export async function compileBundle(options: CompileOptions): Promise<void> {
  const pair = Deno.env.get("COMPILE_PAIR");
  const compiler = pair ? resolve(pair, "deno") : Deno.execPath();
  const env: Record<string, string> = pair
    ? { DENORT_BIN: resolve(pair, "denort"), DENO_DIR: resolve(pair, "cache") }
    : {};
  const bundle = resolve(pair ? await bundleForOlder(options.bundle) : options.bundle);
  const target = pair || Deno.env.get("DENORT_BIN") ? [] : ["--target", options.target.triple];
  try {
    await run(compiler, {
      args: [
        "compile",
        "--quiet",
        "--no-check",
        "--no-config",
        // The cache would be a file of a predictable name in a directory that every user may write to.
        "--no-code-cache",
        // V8 lets garbage grow to tens of MB before it looks: measured with `deno task bench firehose`, a small nursery
        // halves what a flood adds, at no loss of speed.
        "--v8-flags=--max-semi-space-size=4",
        ...target,
        ...options.permissions ?? permissionFlags(options.profile),
        "--output",
        resolve(options.output),
        bundle,
      ],
      env,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot compile for ${options.target.name}: ${why}\n` +
        `The base binary (denort ${Deno.version.deno} for ${options.target.triple}) may be what is missing: it is ` +
        "downloaded from Deno's release site. Where that cannot be reached, set DENORT_BIN to the path of one of the " +
        "same version.",
    );
  }
}

/** A bundle that runs on a Deno before 2.8, too, where timers are numbers and packages expect Node's. */
async function bundleForOlder(bundle: string): Promise<string> {
  const names = ["setTimeout", "clearTimeout", "setInterval", "clearInterval"];
  const renamed = names.map((name) => `${name} as node_${name}`).join(", ");
  const assigned = names.map((name) => `${name}: node_${name}`).join(", ");
  const start =
    `import { ${renamed} } from "node:timers"; Object.assign(globalThis, { ${assigned} });`;
  const output = bundle.replace(/\.js$/, "-older.js");
  await Deno.writeTextFile(output, `${start}\n${await Deno.readTextFile(bundle)}`);
  return output;
}

/** Whether a base binary for this machine can be had: named by a variable, or to be downloaded. */
export async function baseIsAvailable(): Promise<boolean> {
  const pair = Deno.env.get("COMPILE_PAIR");
  if (pair) return await exists(join(pair, "deno")) && await exists(join(pair, "denort"));
  const named = Deno.env.get("DENORT_BIN");
  if (named) return await exists(named);
  const { triple } = hostTarget();
  const url = `https://dl.deno.land/release/v${Deno.version.deno}/denort-${triple}.zip`;
  try {
    const signal = AbortSignal.timeout(5_000);
    return (await fetch(url, { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** Runs a command in the checkout; its output is shown only when it fails, in the error. */
async function run(
  command: string,
  options: { args: string[]; env: Record<string, string> },
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: options.args,
    cwd: ROOT,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (success) return;
  const decoder = new TextDecoder();
  const [said] = `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim().split(
    "\n\nStack backtrace:",
  );
  throw new Error(`"${options.args[0]}" failed: ${said.slice(-2_000)}`);
}

interface Wishes {
  readonly all: boolean;
  readonly named: readonly Target[];
  readonly profile: Profile;
  readonly out: string;
}

function readWishes(args: readonly string[]): Wishes {
  let all = false;
  let profile: Profile = "download";
  let out = "dist";
  const named: Target[] = [];
  const rest = [...args];
  const value = (flag: string) => {
    const found = rest.shift();
    if (found === undefined) throw new Error(`Cannot read ${flag}: a value is needed`);
    return found;
  };
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    if (flag === "--all") all = true;
    else if (flag === "--target") named.push(targetNamed(value(flag)));
    else if (flag === "--out") out = value(flag);
    else if (flag === "--profile") {
      const name = value(flag);
      const found = profiles.find((known) => known === name);
      if (!found) throw new Error(`Cannot use profile "${name}": one of ${profiles.join(", ")}`);
      profile = found;
    } else throw new Error(`Unknown argument "${flag}"`);
  }
  return { all, named, profile, out };
}

function chosenTargets({ all, named, profile }: Wishes): readonly Target[] {
  if (all) return targets.filter((target) => profile !== "image" || target.architecture);
  return named.length > 0 ? named : [hostTarget()];
}

/** A base binary that a variable names is for one machine: with others it would make files of a wrong name. */
function refuseForeignBase(chosen: readonly Target[]): void {
  const pairElsewhere = chosen.some(({ triple }) => triple !== Deno.build.target);
  if (Deno.env.get("COMPILE_PAIR") && pairElsewhere) {
    throw new Error("Cannot compile for other machines with COMPILE_PAIR: its base is this one's");
  }
  if (Deno.env.get("DENORT_BIN") && chosen.length > 1) {
    throw new Error("Cannot compile for several machines with DENORT_BIN: it names one's base");
  }
}

async function outputOf(target: Target, wishes: Wishes): Promise<string> {
  if (wishes.profile === "image") {
    if (!target.architecture) throw new Error(`Cannot make an image for ${target.name}`);
    const root = join(wishes.out, "image", `linux-${target.architecture}`);
    await layOutImage(root);
    return join(root, "mqtt-mcp");
  }
  if (wishes.all || wishes.named.length > 0) return join(wishes.out, fileNameOf(target));
  return join(wishes.out, Deno.build.os === "windows" ? "mqtt-mcp.exe" : "mqtt-mcp");
}

/** The directories that a read-only container cannot make itself. The core refuses a socket directory others can enter. */
async function layOutImage(root: string): Promise<void> {
  await Deno.remove(root, { recursive: true }).catch(() => {});
  for (const path of [...imageWritable, ...imageReadable]) {
    await Deno.mkdir(join(root, path), { recursive: true });
    await Deno.chmod(join(root, path), imageWritable.some((own) => own === path) ? 0o700 : 0o755);
  }
}

async function writeChecksums(folder: string, files: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const file of files) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, file)));
    lines.push(`${new Uint8Array(digest).toHex()}  ${file}`);
  }
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), `${lines.join("\n")}\n`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function main(args: readonly string[]): Promise<void> {
  const wishes = readWishes(args);
  await Deno.mkdir(wishes.out, { recursive: true });
  const bundle = join(wishes.out, "mqtt-mcp.js");
  await bundleProgram({ file: bundle });
  console.log(`Bundle ${bundle}: ${megabytes((await Deno.stat(bundle)).size)}`);
  const files: string[] = [];
  const chosen = chosenTargets(wishes);
  refuseForeignBase(chosen);
  for (const target of chosen) {
    const output = await outputOf(target, wishes);
    await compileBundle({ target, profile: wishes.profile, output, bundle });
    console.log(`${target.name} ${output}: ${megabytes((await Deno.stat(output)).size)}`);
    files.push(fileNameOf(target));
  }
  const named = wishes.profile === "download" && (wishes.all || wishes.named.length > 0);
  if (named) await writeChecksums(wishes.out, files);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
