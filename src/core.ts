/** The core of one process: its sessions, and what is heard through them. */
import { formatAuthority } from "./mqtt/connection_string.ts";
import { CollectionStore } from "./collect/collections.ts";
import { budgetWithin, type MemoryReading } from "./memory/memory_pressure.ts";
import { memoryReader, readContainerLimit, watchMemory } from "./memory/watch.ts";
import { LastingStore } from "./collect/lasting/lasting_store.ts";
import type { LastingStorage } from "./collect/lasting/stored_stream.ts";
import { StoreError } from "./collect/lasting/store_file.ts";
import { type Recorder, RecordingStore } from "./collect/recordings.ts";
import { recordForEver } from "./collect/standing.ts";
import type { Config } from "./config/mod.ts";
import { ConfigError } from "./config/config_error.ts";
import { fileTrouble } from "./file_trouble.ts";
import type { TlsMaterial } from "./mqtt/client/transport.ts";
import { parseConnectionString } from "./mqtt/connection_string.ts";
import { CredentialVault } from "./mqtt/credentials.ts";
import { checkPem, type PemContent } from "./mqtt/pem.ts";
import { showSecrets } from "./payload/secrets.ts";
import { log } from "./log.ts";
import { type StandingFilters, standingFilters } from "./session/standing_filters.ts";
import { logSessionEvent } from "./session/event_log.ts";
import { NamedBrokers } from "./session/named_brokers.ts";
import { RetainedPlans } from "./session/retained.ts";
import { createPolicy, type Policy } from "./session/policy.ts";
import { SessionRegistry } from "./session/registry.ts";
import { TopicRoom } from "./memory/topic_room.ts";
import { Notifier } from "./watching/notifier.ts";
import { WatchStore } from "./watching/watches.ts";

const MEBIBYTE = 1024 * 1024;
const MEMORY_CHECK_MS = 200;

/** All state of a process. Whatever serves clients (stdio, a socket, HTTP) works on one of these. */
export interface Core {
  readonly config: Config;
  readonly policy: Policy;
  readonly brokers: NamedBrokers;
  /** TLS material from the settings, in PEM. */
  readonly tls: TlsMaterial;
  readonly sessions: SessionRegistry;
  readonly collections: CollectionStore;
  readonly recordings: RecordingStore;
  readonly watches: WatchStore;
  /** What posts the watches that were met; null where the settings name no place. */
  readonly notifier: Notifier | null;
  /** Why recordings are kept in memory only, though the settings want them on a disk; null: they are where they should. */
  readonly storeProblem: string | null;
  /** Closed while memory is short. */
  readonly topicRoom: TopicRoom;
  /** Dry runs of clear_retained that a real run may follow. */
  readonly plans: RetainedPlans;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Disconnects every session and erases what was heard. Idempotent. */
  close(): Promise<void>;
}

/** What a core reads besides its settings; a test or another host may give its own. */
export interface CoreSources {
  readonly now?: () => number;
  readonly environment?: (name: string) => string | undefined;
  readonly readFile?: (path: string) => string;
  /** How much memory is used of each limit. */
  readonly memory?: () => readonly MemoryReading[];
  readonly memoryCheckMs?: number;
}

/**
 * Makes a core. Reads the certificates and the list of brokers that the settings name, once; connects to nothing.
 * @throws {ConfigError} when one of the files, or a setting, cannot be read
 */
export async function createCore(config: Config, sources: CoreSources = {}): Promise<Core> {
  showSecrets(config.showSecrets);
  const now = sources.now ?? Date.now;
  const environment = sources.environment ?? ((name: string) => Deno.env.get(name));
  const readFile = sources.readFile ?? ((path: string) => Deno.readTextFileSync(path));

  function readSetting(name: string, path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    try {
      return readFile(path);
    } catch (error) {
      throw new ConfigError(`Cannot read ${name} "${path}": ${fileTrouble(error)}`);
    }
  }

  function readPem(name: string, path: string | undefined, content: PemContent) {
    const text = readSetting(name, path);
    if (text === undefined) return undefined;
    return orConfigError(
      () => checkPem(text, content),
      (why) => `Cannot read ${name} "${path}": ${why}`,
    );
  }

  const tls: TlsMaterial = {
    ca: readPem("MQTT_CA_FILE", config.mqttCaFile, "certificate"),
    cert: readPem("MQTT_CERT_FILE", config.mqttCertFile, "certificate"),
    key: readPem("MQTT_KEY_FILE", config.mqttKeyFile, "private key"),
  };
  const brokersText = readSetting("BROKERS_FILE", config.brokersFile);
  const brokers = brokersText === undefined
    ? NamedBrokers.none()
    : parseBrokers(brokersText, { config, environment, readFile });

  const policy = orConfigError(() => createPolicy(config));
  checkDefaultBroker(config);
  const containerLimitBytes = readContainerLimit(readFile);
  const budgets = {
    collectBytes: budgetWithin(config.collectMemoryMb * MEBIBYTE, containerLimitBytes),
    recordBytes: budgetWithin(config.recordMemoryMb * MEBIBYTE, containerLimitBytes),
  };
  const topicRoom = new TopicRoom();
  const collections = new CollectionStore({ limitBytes: budgets.collectBytes, now, topicRoom });
  const wanted = standingRecordings(config, { brokers, policy });
  const { lasting, problem: storeProblem } = await openLasting(config, now);
  const recordings = new RecordingStore({
    limitBytes: budgets.recordBytes,
    now,
    topicRoom,
    lasting,
    notKept: storeProblem,
    recorderOf,
    sharing: config.sessionSharing,
  });
  const plans = new RetainedPlans({ now });
  const watches = new WatchStore({ now, sharing: config.sessionSharing });
  const notifier = config.notifyUrl === undefined
    ? null
    : new Notifier({ setting: config.notifyUrl });
  if (notifier !== null) watches.onEvent((event) => notifier.add(event));
  const sessions = new SessionRegistry({
    maxConnections: config.maxConnections,
    ttlSeconds: config.sessionTtl,
    sharing: config.sessionSharing,
    connectTimeoutMs: config.connectionTimeout * 1000,
    mqttTimeoutMs: config.mqttTimeout * 1000,
    tls,
    allowInsecureTls: config.allowInsecureTls,
    onEvent: logSessionEvent,
    topicRoom,
    vault: await CredentialVault.create(),
    now,
    policy,
  });
  function recorderOf(sessionId: string): Recorder | null {
    const session = sessions.find(sessionId);
    if (session === null) return null;
    const { sourceKey, isStanding, broker } = session;
    return { key: sourceKey, label: formatAuthority(broker), isStanding };
  }
  function tellSessions(text: string): void {
    for (const session of sessions.all()) session.notify(text);
  }
  const stopWatching = watchMemory({
    collections: collections.memory,
    recordings: recordings.memory,
    topicRoom,
    tell: tellSessions,
  }, {
    ...budgets,
    memory: sources.memory ?? memoryReader(containerLimitBytes),
    everyMs: sources.memoryCheckMs ?? MEMORY_CHECK_MS,
  });
  sessions.onClosed((sessionId, why) => {
    watches.endSession(sessionId, why);
    collections.eraseSession(sessionId);
    recordings.eraseSession(sessionId);
    plans.eraseSession(sessionId);
  });
  lasting?.start(() => recordings.sync());
  const closing = new AbortController();
  for (const { filters, target, name } of wanted) {
    const session = await sessions.stand(
      target,
      name === undefined ? {} : { brokerName: name, tls: brokers.tlsOf(name) ?? undefined },
    );
    void recordForEver(session, filters, { recordings, signal: closing.signal });
  }
  return {
    config,
    policy,
    brokers,
    tls,
    sessions,
    collections,
    recordings,
    watches,
    notifier,
    get storeProblem() {
      return storeProblem ?? lasting?.problem ?? null;
    },
    topicRoom,
    plans,
    now,
    async close() {
      stopWatching();
      closing.abort();
      // first of all: a broker that does not answer must not cost what was recorded
      recordings.sync();
      const flushed = lasting?.flush();
      await sessions[Symbol.asyncDispose]();
      await notifier?.close();
      await lasting?.close();
      await flushed;
    },
  };
}

/** What the settings ask to be recorded from the start; only a core of several clients does that. */
function standingRecordings(
  config: Config,
  sources: { brokers: NamedBrokers; policy: Policy },
): StandingFilters[] {
  if (config.mode !== "core" && config.mode !== "monitor") return [];
  const { wanted, homeless } = orConfigError(
    () => standingFilters(config, sources),
    (message) =>
      message.startsWith("Cannot")
        ? `Cannot use RECORD: ${message.replace(/^Cannot/, "cannot")}`
        : message,
  );
  if (homeless.length > 0) {
    log("record").warning(
      "RECORD has no broker to record {filters} from: set DEFAULT_MQTT_BROKER",
      { filters: homeless.join(", ") },
    );
  }
  return wanted;
}

/** The store, where the settings want one and it can be had. */
async function openLasting(
  config: Config,
  now: () => number,
): Promise<{ lasting: LastingStorage | null; problem: string | null }> {
  const { dataDir = "", recordStore, recordDays: days, recordDiskMb } = config;
  const records = config.mode === "stdio" || config.mode === "core" || config.mode === "monitor";
  if (!records || recordStore === "memory") return { lasting: null, problem: null };
  try {
    const limits = { days, diskBytes: recordDiskMb * MEBIBYTE, now };
    if (recordStore === "sqlite") {
      return { lasting: LastingStore.open(dataDir, limits), problem: null };
    }
    const { PostgresStore } = await import("./collect/lasting/postgres/postgres_store.ts");
    const required = config.recordStoreRequired;
    return {
      lasting: await PostgresStore.open(recordStore, { ...limits, required }),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (config.recordStoreRequired) throw new ConfigError(error.message);
    log("record").warning("Recordings are kept in memory only: {problem}", {
      problem: error.message,
    });
    return { lasting: null, problem: `Kept in memory only: ${error.message}` };
  }
}

function parseBrokers(
  text: string,
  sources: {
    config: Config;
    environment: (name: string) => string | undefined;
    readFile: (path: string) => string;
  },
): NamedBrokers {
  return orConfigError(() =>
    NamedBrokers.parse(text, {
      allowInsecureTls: sources.config.allowInsecureTls,
      environment: sources.environment,
      readFile: sources.readFile,
    })
  );
}

function checkDefaultBroker({ defaultMqttBroker, allowInsecureTls }: Config): void {
  if (defaultMqttBroker === undefined) return;
  orConfigError(
    () => parseConnectionString(defaultMqttBroker, { allowInsecureTls }),
    (message) => message.replace("the connection string", "DEFAULT_MQTT_BROKER"),
  );
}

/** Whatever is wrong with a setting's text ends the start with one line. */
function orConfigError<T>(read: () => T, reword = (message: string) => message): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(reword(error instanceof Error ? error.message : "Cannot read settings"));
  }
}
