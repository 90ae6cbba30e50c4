/** What to put into which client's settings, filled in for this host. */

/** How the program of this process is started. */
export interface ProgramFacts {
  /** This host's name, where it may be asked. */
  readonly hostName: string | null;
  /** Name or id of the container this runs in; null outside. */
  readonly container: string | null;
  /** How a shell on the same host, or in the container, starts the program. */
  readonly command: readonly string[];
}

/** A snippet to copy. */
interface Snippet {
  client: "cursor" | "claude_code" | "claude_desktop" | "vscode";
  title: string;
  where: "local" | "ssh" | "http";
  place: string;
  language: "json" | "shell";
  text: string;
  note: string | null;
}

/** Rights that `deno run` needs to grant. */
const RIGHTS = [
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-sys",
];
const SERVER_NAME = "mqtt";

const CLIENTS = [
  { client: "cursor", title: "Cursor", place: "~/.cursor/mcp.json", key: "mcpServers" },
  {
    client: "claude_desktop",
    title: "Claude Desktop",
    place: "claude_desktop_config.json (Settings, Developer, Edit Config)",
    key: "mcpServers",
  },
  { client: "vscode", title: "VS Code", place: ".vscode/mcp.json", key: "servers" },
] as const;

/** Looks at what this process is. To be called while the process may still read files. */
export function readProgramFacts(allowedHosts: readonly string[] | undefined): ProgramFacts {
  const hostName = readHostName();
  const inContainer = isContainer();
  // A name with an underscore is no host's: it is the container's, among the names it may be reached by.
  const named =
    allowedHosts?.find((host) => /^[\w.-]+$/.test(host) && host.slice(0, -1).includes("_")) ?? null;
  return {
    hostName,
    container: inContainer ? named ?? hostName ?? "mqtt-mcp" : null,
    command: inContainer && Deno.build.standalone ? ["/mqtt-mcp"] : commandOfThisProgram(),
  };
}

/** All snippets. `reachedAs` is the host name under which the reader sees this page. */
export function setupSnippets(options: {
  readonly program: ProgramFacts;
  readonly reachedAs: string;
  readonly mcpUrl: string | null;
  /** The core's socket, where it was set: without it a client would start a core of its own, with other rights. */
  readonly coreSocket: string | null;
  /** Where no shell of this host can start the program. */
  readonly onlyHttp?: boolean;
}): Snippet[] {
  const { program, reachedAs, mcpUrl, coreSocket } = options;
  const overHttp = mcpUrl === null ? [] : httpSnippets(mcpUrl);
  if (options.onlyHttp) return overHttp;
  const stdio = ["--stdio", ...(coreSocket === null ? [] : [`--core-socket=${coreSocket}`])];
  const host = /^(localhost|127\.|\[)/.test(reachedAs) && program.container === null
    ? program.hostName ?? reachedAs
    : reachedAs;
  const start = program.container === null
    ? [...program.command, ...stdio]
    : ["docker", "exec", "-i", program.container, ...program.command, ...stdio];
  const ssh = [
    "ssh",
    "-T",
    "-o",
    "BatchMode=yes",
    "-o",
    "ServerAliveInterval=15",
    `<user>@${host}`,
    start.map(shellWord).join(" "),
  ];
  return [
    ...commandSnippets(start, { where: "local", note: null }),
    ...commandSnippets(ssh, {
      where: "ssh",
      note: "Needs a login with a key; put the user's name in.",
    }),
    ...overHttp,
  ];
}

function commandSnippets(
  words: readonly string[],
  options: { where: "local" | "ssh"; note: string | null },
): Snippet[] {
  const [command, ...args] = words;
  const files = CLIENTS.map(({ client, title, place, key }): Snippet => ({
    client,
    title,
    place,
    language: "json",
    text: JSON.stringify({ [key]: { [SERVER_NAME]: { command, args } } }, null, 2),
    ...options,
  }));
  const shell: Snippet = {
    client: "claude_code",
    title: "Claude Code",
    place: "In a terminal",
    language: "shell",
    text: `claude mcp add ${SERVER_NAME} -- ${words.map(shellWord).join(" ")}`,
    ...options,
  };
  return [files[0], shell, ...files.slice(1)];
}

function httpSnippets(url: string): Snippet[] {
  const headers = { Authorization: "Bearer <token>" };
  const note = "Put WEB_TOKEN in.";
  return [
    {
      client: "cursor",
      title: "Cursor",
      where: "http",
      place: "~/.cursor/mcp.json",
      language: "json",
      text: JSON.stringify({ mcpServers: { [SERVER_NAME]: { url, headers } } }, null, 2),
      note,
    },
    {
      client: "claude_code",
      title: "Claude Code",
      where: "http",
      place: "In a terminal",
      language: "shell",
      text:
        `claude mcp add --transport http ${SERVER_NAME} ${url} --header "Authorization: Bearer <token>"`,
      note,
    },
    {
      client: "vscode",
      title: "VS Code",
      where: "http",
      place: ".vscode/mcp.json",
      language: "json",
      text: JSON.stringify({ servers: { [SERVER_NAME]: { type: "http", url, headers } } }, null, 2),
      note,
    },
  ];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function commandOfThisProgram(): string[] {
  try {
    if (Deno.build.standalone) return [Deno.execPath()];
    return [Deno.execPath(), "run", ...RIGHTS, new URL(Deno.mainModule).pathname];
  } catch {
    return ["mqtt-mcp"];
  }
}

function readHostName(): string | null {
  try {
    return Deno.hostname() || null;
  } catch {
    return null;
  }
}

function isContainer(): boolean {
  for (const path of ["/.dockerenv", "/run/.containerenv"]) {
    try {
      Deno.statSync(path);
      return true;
    } catch (error) {
      // The image's program may read nothing there; elsewhere it would simply not exist.
      if (error instanceof Deno.errors.NotCapable) return true;
    }
  }
  return false;
}
