/** Fetches packages before a program that needs them is started, in sight and for as long as it takes. */

/** How often a fetch that goes on is told where there is no terminal to draw on. */
const TELL_MS = 10_000;

/** A running fetch, as it is told. */
export interface FetchState {
  readonly packages: number;
  readonly seconds: number;
}

/** Where the progress of a fetch is shown. */
export interface FetchDisplay {
  /** Called as often as there is something to tell. */
  update(state: FetchState): void;
}

/** Shows a fetch on stderr: on one line of a terminal, else every ten seconds. */
export function stderrDisplay(): FetchDisplay & { done(): void } {
  const terminal = Deno.stderr.isTerminal();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  let toldSeconds = 0;
  let drawn = false;
  return {
    update({ packages, seconds }) {
      const text = `  ${packages} packages, ${Math.round(seconds)} s` +
        (seconds >= 30 ? " (a slow network is waited for; Ctrl-C gives up)" : "");
      if (terminal) {
        write(`\r\x1b[2K${text}`);
        drawn = true;
      } else if ((seconds - toldSeconds) * 1000 >= TELL_MS) {
        toldSeconds = seconds;
        write(`${text}\n`);
      }
    },
    done() {
      if (drawn) write("\r\x1b[2K");
    },
  };
}

/**
 * Fetches what these modules need, or without any everything that deno.json names, however slow the network is. Resolves
 * with what was done; where all is there, no network is asked.
 * @throws {Error} with what `deno` said and a way out, when it fails.
 */
export async function fetchPackages(
  modules: readonly string[],
  display: FetchDisplay,
): Promise<FetchState> {
  const began = performance.now();
  const args = modules.length > 0 ? ["--entrypoint", ...modules] : [];
  let packages = 0;
  const state = () => ({ packages, seconds: (performance.now() - began) / 1000 });
  const { success: allThere } = await start(["install", "--cached-only", ...args]).output();
  if (allThere) return state();

  const child = start(["install", ...args]).spawn();
  const timer = setInterval(() => display.update(state()), 1000);
  let said = "";
  let rest = "";
  try {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (/^Download .*\.tgz$/.test(line)) packages++;
        if (!/^Download /.test(line)) said = `${said}${line}\n`.slice(-4_000);
      }
    }
    const { success } = await child.status;
    if (!success) throw new Error(failure(said + rest));
    return state();
  } finally {
    clearInterval(timer);
  }
}

function start(args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
}

function failure(said: string): string {
  return "Cannot fetch the packages: deno said\n" +
    said.trimEnd().replace(/^/gm, "    ") +
    "\nTry: see that the npm registry can be reached. Behind a proxy set HTTPS_PROXY; where it has a certificate of its " +
    "own, DENO_CERT=/path/to/ca.pem or DENO_TLS_CA_STORE=system; for a registry of your own, NPM_CONFIG_REGISTRY. " +
    "What was fetched is kept: the next run goes on from there.";
}
