/** The program as npm gives it to a person: an empty home, and a registry that has this package. */
import { join } from "node:path";
import { npmManifest, packForNpm } from "../../scripts/release/npm.ts";
import { runtimeEnvironment } from "../../scripts/runtime_environment.ts";

/** What a command came to. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: Deno.Signal | null;
}

/** npm's cache and registry on this machine; npm takes long to tell, and they stay what they are. */
let machine: Promise<{ cache: string; registry: string }> | undefined;

async function readMachine(): Promise<{ cache: string; registry: string }> {
  const { stdout } = await new Deno.Command("npm", {
    args: ["config", "get", "cache", "registry"],
  }).output();
  const told = new Map(
    new TextDecoder().decode(stdout).trim().split("\n")
      .map((line): [string, string] => {
        const [name = "", ...value] = line.split("=");
        return [name.trim(), value.join("=").trim()];
      }),
  );
  return { cache: told.get("cache") ?? "", registry: told.get("registry") ?? "" };
}

/**
 * A home in which nothing was ever installed. Packages of others come from the machine's own npm cache where they are
 * there, else from its registry; this package from a registry on this machine alone.
 */
export class EmptyHome implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "npm-home-" });
  /** What every command gets. */
  readonly env: Readonly<Record<string, string>>;
  /** What the registry here was asked for. */
  readonly asked: string[] = [];
  readonly #registry: Deno.HttpServer<Deno.NetAddr>;
  #archive: Uint8Array<ArrayBuffer> | undefined;

  private constructor(machine: { cache: string; registry: string }) {
    this.#registry = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    const cache = join(this.path, "npm-cache");
    Deno.mkdirSync(cache);
    Deno.mkdirSync(join(machine.cache, "_cacache"), { recursive: true });
    // the packages of the machine's cache, but not what its npx has installed
    Deno.symlinkSync(join(machine.cache, "_cacache"), join(cache, "_cacache"));
    const userconfig = join(this.path, ".npmrc");
    Deno.writeTextFileSync(userconfig, `@bitsperity:registry=${this.url}\n`);
    this.env = {
      ...runtimeEnvironment(),
      HOME: this.path,
      npm_config_cache: cache,
      npm_config_userconfig: userconfig,
      npm_config_registry: machine.registry,
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      npm_config_fetch_retries: "0",
    };
  }

  /** Makes one; the registry there has no package until {@linkcode publish}. */
  static async create(): Promise<EmptyHome> {
    return new EmptyHome(await (machine ??= readMachine()));
  }

  /** Where the registry here is. */
  get url(): string {
    return `http://127.0.0.1:${this.#registry.addr.port}/`;
  }

  /** Packs the program and puts it into the registry. Returns the archive's path. */
  async publish(): Promise<string> {
    const path = await packForNpm(this.path);
    this.#archive = await Deno.readFile(path);
    return path;
  }

  async #answer(request: Request): Promise<Response> {
    const path = decodeURIComponent(new URL(request.url).pathname);
    this.asked.push(path);
    const { name, version } = npmManifest();
    if (this.#archive === undefined) return Response.json({ error: "Not found" }, { status: 404 });
    if (path === "/archive.tgz") return new Response(this.#archive);
    if (path !== `/${name}`) return Response.json({ error: "Not found" }, { status: 404 });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", this.#archive));
    const dist = {
      tarball: `${this.url}archive.tgz`,
      integrity: `sha512-${digest.toBase64()}`,
    };
    const versions = { [version]: { ...npmManifest(), dist } };
    return Response.json({ name, "dist-tags": { latest: version }, versions });
  }

  /** Runs a command to its end. */
  async run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    const { code, stdout, stderr, signal } = await new Deno.Command(command, {
      args: [...args],
      cwd: this.path,
      env: { ...this.env, ...env },
      clearEnv: true,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.shutdown();
    await Deno.remove(this.path, { recursive: true });
  }
}
