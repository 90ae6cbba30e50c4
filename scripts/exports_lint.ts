/**
 * `deno task exports`: finds what nobody uses. An export that only its own file uses loses the word `export`; one that
 * nothing but a test uses goes, test and all; so does a public method that nobody calls. With `--fix` it drops the word
 * where that is all there is to do. Reads the text as `deno fmt` leaves it, which is enough to see exports, imports and
 * names.
 */

/** A file and its text; `path` is relative to the root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Where an exported name is used. */
interface Uses {
  /** In files that are part of the program, its scripts or its measurements. */
  program: boolean;
  tests: boolean;
}

/** Names that are called by the language or a library, not by us. */
const CALLED_BY_OTHERS = new Set(["constructor", "toString", "toJSON"]);

/** Something that is exported, or public, for nothing. */
export interface Fault {
  readonly path: string;
  readonly line: number;
  readonly message: string;
  /** Whether dropping the word `export` is all there is to do. */
  readonly wordOnly: boolean;
}

/** What is exported from `src/`, or a public method of its classes, and used by nobody. */
export function unusedExports(files: readonly SourceFile[]): Fault[] {
  const uses = new Map<string, Uses>();
  for (const file of files) {
    for (const use of importsOf(file)) {
      const known = uses.get(use) ?? { program: false, tests: false };
      if (file.path.startsWith("tests/")) known.tests = true;
      else known.program = true;
      uses.set(use, known);
    }
  }
  const program = files.filter((file) => !file.path.startsWith("tests/"))
    .map((file) => withoutComments(file.text)).join("\n");
  const faults: Fault[] = [];
  for (const { path, text } of files) {
    if (!path.startsWith("src/") || !path.endsWith(".ts")) continue;
    const code = withoutComments(text);
    for (const { name, line, listed } of exportsOf(text)) {
      const all = [uses.get(`${path} ${name}`), uses.get(`${path} *`)];
      const program = all.some((one) => one?.program);
      const tests = all.some((one) => one?.tests);
      if (program) continue;
      if (listed) {
        const message = `nobody takes ${name} from here: remove it from the list`;
        if (!tests) faults.push({ path, line, message, wordOnly: false });
        continue;
      }
      const inside = code.match(new RegExp(`(?<![\\w$.#])${name}(?![\\w$])`, "g"))?.length ?? 0;
      if (inside <= 1) {
        const who = tests ? "nobody but a test" : "nobody";
        faults.push({ path, line, message: `${who} uses ${name}: remove it`, wordOnly: false });
      } else if (!tests) {
        const message = `only this file uses ${name}: drop the word export`;
        faults.push({ path, line, message, wordOnly: true });
      }
    }
    for (const { name, line } of membersOf(text)) {
      const called = new RegExp(`[.?]${name}\\b|["']${name}["']|\\b${name}[,:}]|\\{ ${name} \\}`);
      if (called.test(program)) continue;
      const message = `nobody calls the method ${name}: remove it`;
      faults.push({ path, line, message, wordOnly: false });
    }
  }
  return faults;
}

/** The text of a file without the word `export` where only that is wrong. */
export function withoutWord(text: string, faults: readonly Fault[]): string {
  const lines = text.split("\n");
  for (const { line, wordOnly } of faults) {
    if (wordOnly) lines[line - 1] = lines[line - 1].replace(/^export (?:default )?/, "");
  }
  return lines.join("\n");
}

const DECLARATION =
  /^export (?:default )?(?:abstract |async |declare )*(?:function\*?|class|interface|type|const|let|enum) (\w+)/gm;
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\}(?: from "([^"]+)")?/gm;

/** The names that a file exports where they are declared, and those in lists, which may come from other files. */
function exportsOf(text: string): { name: string; line: number; listed: boolean }[] {
  const found = [...text.matchAll(DECLARATION)].map((match) => ({
    name: match[1],
    line: lineAt(text, match.index),
    listed: false,
  }));
  for (const match of text.matchAll(EXPORT_LIST)) {
    const line = lineAt(text, match.index);
    for (const { as } of namesIn(match[1])) found.push({ name: as, line, listed: true });
  }
  return found;
}

/** What a file takes from others, as `path name`, or `path *` where it takes a whole module. */
function importsOf({ path, text }: SourceFile): Set<string> {
  const uses = new Set<string>();
  function use(specifier: string, names: readonly string[]): void {
    if (!specifier.startsWith(".")) return;
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    for (const name of names) uses.add(`${target} ${name}`);
  }
  for (const match of text.matchAll(/^import (?:type )?([^"';]*?) ?from "([^"]+)"/gm)) {
    const [, what, from] = match;
    if (what.includes("* as")) use(from, ["*"]);
    const list = /\{([^}]*)\}/.exec(what)?.[1];
    if (list !== undefined) use(from, namesIn(list).map(({ name }) => name));
  }
  for (const match of text.matchAll(EXPORT_LIST)) {
    if (match[2] !== undefined) use(match[2], namesIn(match[1]).map(({ name }) => name));
  }
  for (const match of text.matchAll(/^export \* from "([^"]+)"/gm)) use(match[1], ["*"]);
  for (const match of text.matchAll(/\bimport\(\s*"([^"]+)",?\s*\)\)?(?:\.(\w+))?/g)) {
    const before = /\{([^{}]*)\} = await $/.exec(text.slice(0, match.index))?.[1];
    if (match[2] !== undefined && match[2] !== "then") use(match[1], [match[2]]);
    else if (before === undefined) use(match[1], ["*"]);
    else use(match[1], before.split(",").map((name) => name.split(":")[0].trim()).filter(Boolean));
  }
  return uses;
}

/** The names between the braces of an import or export, with what they are called on this side. */
function namesIn(list: string): { name: string; as: string }[] {
  return list.split(",").map((item) => item.trim().replace(/^type /, "")).filter(Boolean)
    .map((item) => {
      const [name, as = name] = item.split(" as ");
      return { name, as };
    });
}

/** The public methods and accessors of a file's classes, with their lines. */
function membersOf(text: string): { name: string; line: number }[] {
  const members: { name: string; line: number }[] = [];
  for (const match of text.matchAll(/^(?:export )?class [^{]*\{\n([\s\S]*?)^\}/gm)) {
    const start = match.index + match[0].indexOf("{\n") + 2;
    const method = /^ {2}(?:async |static |override |get |set |\*)*(\w+)(?:<[^>]*>)?\(/gm;
    for (const found of match[1].matchAll(method)) {
      const overrides = / override /.test(found[0]);
      if (overrides || CALLED_BY_OTHERS.has(found[1])) continue;
      members.push({ name: found[1], line: lineAt(text, start + found.index) });
    }
  }
  return members;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

const ROOT = new URL("../", import.meta.url);
const PLACES = ["src", "tests", "bench", "scripts"];

function readSources(folder: string): SourceFile[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return readSources(path);
    if (!/\.(ts|js|html)$/.test(entry.name)) return [];
    return [{ path, text: Deno.readTextFileSync(new URL(path, ROOT)) }];
  });
}

if (import.meta.main) {
  const main = { path: "main.ts", text: Deno.readTextFileSync(new URL("main.ts", ROOT)) };
  const files = [main, ...PLACES.flatMap(readSources)];
  let faults = unusedExports(files);
  if (Deno.args.includes("--fix")) {
    for (const { path, text } of files) {
      const fixed = withoutWord(text, faults.filter((fault) => fault.path === path));
      if (fixed !== text) Deno.writeTextFileSync(new URL(path, ROOT), fixed);
    }
    faults = faults.filter((fault) => !fault.wordOnly);
  }
  for (const { path, line, message } of faults) console.error(`${path}:${line}: ${message}`);
  Deno.exit(faults.length > 0 ? 1 : 0);
}
