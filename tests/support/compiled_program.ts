/** The compiled program, for tests that run it. What a profile names in the image's root lies in a directory of the test's own. */
import { join } from "node:path";
import { bundleProgram, compileBundle } from "../../scripts/compile.ts";
import { permissionFlags, type Profile } from "../../scripts/release/permissions.ts";
import { hostTarget } from "../../scripts/release/targets.ts";

/** Compiled programs in a directory of their own, which disposing removes. */
export class CompiledPrograms implements AsyncDisposable {
  /** Holds the programs, and the directories that stand for those of the image's root. */
  readonly dir: string;
  readonly #bundles = new Map<string, Promise<string>>();
  readonly #programs = new Map<string, Promise<string>>();

  constructor() {
    this.dir = Deno.makeTempDirSync({ prefix: "compiled-" });
  }

  /** Path of the program with the rights of a profile; compiled once. */
  program(profile: Profile): Promise<string> {
    return this.#compile({ name: `mqtt-mcp-${profile}`, entry: "main.ts", profile });
  }

  /** Path of another module compiled with the same rights. */
  module(entry: string, profile: Profile): Promise<string> {
    return this.#compile({ name: `module-${profile}`, entry, profile });
  }

  #compile(options: { name: string; entry: string; profile: Profile }): Promise<string> {
    const { name, entry, profile } = options;
    const known = this.#programs.get(name);
    if (known) return known;
    const compiling = this.#bundle(entry).then(async (bundle) => {
      const output = join(this.dir, name);
      const permissions = permissionFlags(profile).map((flag) => this.#moved(flag));
      await compileBundle({ target: hostTarget(), profile, output, bundle, permissions });
      return output;
    });
    this.#programs.set(name, compiling);
    return compiling;
  }

  #bundle(entry: string): Promise<string> {
    const known = this.#bundles.get(entry);
    if (known) return known;
    const output = join(this.dir, `bundle-${this.#bundles.size}.js`);
    const bundling = bundleProgram({ file: output }, entry).then(() => output);
    this.#bundles.set(entry, bundling);
    return bundling;
  }

  /** A path of the image's root as it is here. */
  at(path: string): string {
    return join(this.dir, "root", path);
  }

  #moved(flag: string): string {
    const match = /^(--allow-(?:read|write))=(.*)$/.exec(flag);
    if (!match) return flag;
    return `${match[1]}=${match[2].split(",").map((path) => this.at(path)).join(",")}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}
