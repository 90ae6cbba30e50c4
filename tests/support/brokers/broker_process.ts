/** A broker that is a program of its own, in a directory of its own, on loopback. */
import { PATIENCE_MS } from "../wait.ts";

/** A broker that tests have for themselves. Disposing ends it and removes its files. */
export interface TestBroker extends AsyncDisposable {
  /** Connection string, with the login where it wants one. */
  readonly url: string;
  /** The same over WebSocket, where it offers that. */
  readonly webSocketUrl?: string;
}

/** What a broker's program is started with. */
interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: (dir: string) => readonly string[];
  readonly env?: (dir: string) => Readonly<Record<string, string>>;
  /** Files to write before it starts, by their names. */
  readonly files?: (dir: string) => Readonly<Record<string, string>>;
  /** Ports that must accept before it counts as started. */
  readonly ports: readonly number[];
  /** False for a program whose own files only this user can read. */
  readonly asNobody?: boolean;
}

/** A user who owns nothing. */
const NOBODY = 65534;

/**
 * Runs a program in a new directory, which is also its HOME, as a user without rights where this one is root. The program
 * must not fork: it is killed by its process id, and by the system where the tests themselves are killed.
 *
 * @throws {Error} with its last words when it does not start
 */
export async function startProgram(options: ProgramOptions): Promise<AsyncDisposable> {
  const dir = Deno.makeTempDirSync({ prefix: `${options.name}-` });
  const asNobody = Deno.uid() === 0 && options.asNobody !== false;
  for (const [file, text] of Object.entries(options.files?.(dir) ?? {})) {
    Deno.writeTextFileSync(`${dir}/${file}`, text);
    if (asNobody) Deno.chownSync(`${dir}/${file}`, NOBODY, NOBODY);
  }
  if (asNobody) Deno.chownSync(dir, NOBODY, NOBODY);
  const drop = asNobody ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
  const child = new Deno.Command("setpriv", {
    args: [...drop, "--pdeathsig=KILL", options.command, ...options.args(dir)],
    cwd: dir,
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin`, HOME: dir, ...options.env?.(dir) },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let words = "";
  let ended = false;
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      words = (words + decoder.decode(chunk, { stream: true })).slice(-4_000);
    }
  };
  const over = Promise.all([read(child.stdout), read(child.stderr), child.status])
    .then(() => ended = true);
  const broker = {
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await over;
      await Deno.remove(dir, { recursive: true });
    },
  };
  try {
    for (const port of options.ports) {
      const deadline = performance.now() + PATIENCE_MS;
      while (!await accepts(port)) {
        if (ended) throw new Error(`${options.name} ended: ${words}`);
        if (performance.now() > deadline) throw new Error(`${options.name} is silent: ${words}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  } catch (error) {
    await broker[Symbol.asyncDispose]();
    throw error;
  }
  return broker;
}

async function accepts(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
