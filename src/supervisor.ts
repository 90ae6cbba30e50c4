/**
 * What an add-on of Home Assistant is told, as flags of the program: its options are a file, and the broker with its login
 * is known to the Supervisor, which add-ons reach over HTTP.
 */
import { z } from "zod";
import type { Config, Ingress } from "./config/mod.ts";
import { ConfigError } from "./config/config_error.ts";
import { flagOf, options } from "./config/settings.ts";
import { fileTrouble } from "./file_trouble.ts";
import { say } from "./stderr.ts";

/** Where add-ons reach the Supervisor, and the address that its proxy connects to them from. */
const SUPERVISOR_URL = "http://supervisor";
const SUPERVISOR_ADDRESS = "172.30.32.2";
const LIMIT_MS = 10_000;
const BROKER_FLAG = `--${flagOf(options.defaultMqttBroker.env)}`;
const INSTALL_BROKER =
  "Try: install the add-on Mosquitto broker and start this one again, or set the option default_mqtt_broker";

const optionsShape = z.record(
  z.string(),
  z.union([z.null(), z.string(), z.number(), z.boolean(), z.array(z.string())]),
);
const brokerShape = z.looseObject({
  host: z.string().min(1),
  port: z.number(),
  ssl: z.boolean().default(false),
  username: z.string().optional(),
  password: z.string().optional(),
});
const infoShape = z.looseObject({ network: z.record(z.string(), z.number().nullable()).nullish() });

/** What Home Assistant says. */
interface FromHomeAssistant {
  /** Its options, and its broker where they name none, as flags. May hold passwords. */
  readonly options: readonly string[];
  readonly ingress: Ingress;
}

/**
 * Reads the options of this add-on under `DATA_DIR`, and asks the Supervisor for the rest. Where it knows no broker that is
 * one line on stderr, and no error: there are others.
 *
 * @throws {ConfigError} outside of Home Assistant, and for options that cannot be read
 */
export async function askHomeAssistant(
  { dataDir = "/data", webPort, given }: Pick<Config, "dataDir" | "webPort" | "given">,
  token: string | undefined,
  { url = SUPERVISOR_URL, tell = say }: {
    url?: string;
    tell?: (line: string) => Promise<void>;
  } = {},
): Promise<FromHomeAssistant> {
  if (!token) {
    throw new ConfigError(
      "Cannot start --home-assistant: there is no SUPERVISOR_TOKEN, so this is no add-on of Home Assistant. Try: --monitor",
    );
  }
  const chosen = flagsOfOptions(await readOptions(`${dataDir}/options.json`));
  const supervisor = new Supervisor(url, token);
  const named = given.has("defaultMqttBroker") ||
    chosen.some((flag) => flag.startsWith(`${BROKER_FLAG}=`));
  const [broker, mcpPort] = await Promise.all([
    named ? null : brokerOf(supervisor, tell),
    publishedPort(supervisor, webPort),
  ]);
  return {
    options: broker === null ? chosen : [...chosen, `${BROKER_FLAG}=${broker}`],
    ingress: { from: SUPERVISOR_ADDRESS, mcpPort },
  };
}

/** Options as flags: `read_only: true` is `--read-only=true`. What is empty is left to its default. */
export function flagsOfOptions(
  { record_database: database, ...found }: z.output<typeof optionsShape>,
): string[] {
  // the list of Home Assistant's page that record_store is has no place for an address
  return Object.entries(database ? { ...found, record_store: database } : found)
    .filter(([, value]) => value !== null && value !== "" && !isEmptyList(value))
    .map(([name, value]) =>
      `--${flagOf(name)}=${Array.isArray(value) ? JSON.stringify(value) : value}`
    );
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => item === "");
}

async function readOptions(path: string): Promise<z.output<typeof optionsShape>> {
  const how = "save the add-on's options in Home Assistant again";
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new ConfigError(
      `Cannot read the add-on's options in "${path}": ${fileTrouble(error)}; or ${how}`,
    );
  }
  try {
    return optionsShape.parse(JSON.parse(text));
  } catch (error) {
    // the text itself may hold passwords
    const where = error instanceof z.ZodError ? error.issues[0]?.path.join(".") : undefined;
    const what = where ? `the option "${where}" has a value of no known kind` : "it is not JSON";
    throw new ConfigError(`Cannot read the add-on's options in "${path}": ${what}. Try: ${how}`);
  }
}

async function brokerOf(
  supervisor: Supervisor,
  tell: (line: string) => Promise<void>,
): Promise<string | null> {
  try {
    const { host, port, ssl, username, password } = brokerShape.parse(
      await supervisor.get("/services/mqtt"),
    );
    const secret = password === undefined ? "" : `:${encodeURIComponent(password)}`;
    const login = username ? `${encodeURIComponent(username)}${secret}@` : "";
    return `${ssl ? "mqtts" : "mqtt"}://${login}${host.includes(":") ? `[${host}]` : host}:${port}`;
  } catch (error) {
    const why = error instanceof SupervisorError ? error.message : "its answer is of no known form";
    await tell(`Home Assistant names no MQTT broker (${why}). ${INSTALL_BROKER}`);
    return null;
  }
}

/** The port of the host under which people reach this one, which they may change or close. */
async function publishedPort(supervisor: Supervisor, port: number): Promise<number | null> {
  try {
    const { network } = infoShape.parse(await supervisor.get("/addons/self/info"));
    return network?.[`${port}/tcp`] ?? null;
  } catch {
    return port; // as the add-on's settings have it until somebody changes them
  }
}

/** A refusal, or no answer in time. */
class SupervisorError extends Error {
  override readonly name = "SupervisorError";
}

/** The Supervisor's API, as far as every add-on may use it. */
class Supervisor {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws {SupervisorError} */
  async get(path: string): Promise<unknown> {
    let answer: { result?: unknown; message?: unknown; data?: unknown };
    try {
      const response = await fetch(this.#url + path, {
        headers: { authorization: `Bearer ${this.#token}` },
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      answer = await response.json();
    } catch {
      throw new SupervisorError("its Supervisor does not answer");
    }
    if (answer?.result === "ok") return answer.data;
    const said = typeof answer?.message === "string" ? answer.message : "no reason given";
    throw new SupervisorError(`its Supervisor says: ${said.slice(0, 200)}`);
  }
}
