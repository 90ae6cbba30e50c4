/** The core of one process: its sessions, and what is heard through them. */
import { getHeapStatistics } from "node:v8";
import { CollectionStore } from "./collect/collections.ts";
import {
  budgetWithin,
  CONTAINER_LIMIT_FILES,
  MemoryPressure,
  type MemoryReading,
  parseContainerLimit,
} from "./memory/memory_pressure.ts";
import { RecordingStore } from "./collect/recordings.ts";
import { type Config, ConfigError } from "./config.ts";
import type { TlsMaterial } from "./mqtt/client/transport.ts";
import { parseConnectionString } from "./mqtt/connection_string.ts";
import { CredentialVault } from "./mqtt/credentials.ts";
import { checkPem, type PemContent } from "./mqtt/pem.ts";
import { log } from "./log.ts";
import { logSessionEvent } from "./session/event_log.ts";
import { NamedBrokers } from "./session/named_brokers.ts";
import { RetainedPlans } from "./session/retained.ts";
import { createPolicy, type Policy } from "./session/policy.ts";
import { SessionRegistry } from "./session/registry.ts";
import { TopicRoom } from "./memory/topic_room.ts";

const MEBIBYTE = 1024 * 1024;
const MEMORY_CHECK_MS = 200;
/** At most; smaller where a flag says so, and nothing tells. */
const YOUNG_GENERATION_BYTES = 96 * MEBIBYTE;

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
 * Throws {@linkcode ConfigError} when one of the files, or a setting, cannot be read.
 */
export async function createCore(config: Config, sources: CoreSources = {}): Promise<Core> {
  const now = sources.now ?? Date.now;
  const environment = sources.environment ?? ((name: string) => Deno.env.get(name));
  const readFile = sources.readFile ?? ((path: string) => Deno.readTextFileSync(path));

  function readSetting(name: string, path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    try {
      return readFile(path);
    } catch (error) {
      const reason = error instanceof Error ? error.name : "unknown error";
      throw new ConfigError(`Cannot read ${name} "${path}": ${reason}`);
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
  const recordings = new RecordingStore({ limitBytes: budgets.recordBytes, now, topicRoom });
  const plans = new RetainedPlans({ now });
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
  const stopWatching = watchMemory({ collections, recordings, sessions, topicRoom }, {
    ...budgets,
    memory: sources.memory ?? memoryReader(containerLimitBytes),
    everyMs: sources.memoryCheckMs ?? MEMORY_CHECK_MS,
  });
  sessions.onClosed((sessionId) => {
    collections.eraseSession(sessionId);
    recordings.eraseSession(sessionId);
    plans.eraseSession(sessionId);
  });
  return {
    config,
    policy,
    brokers,
    tls,
    sessions,
    collections,
    recordings,
    topicRoom,
    plans,
    now,
    close() {
      stopWatching();
      return sessions[Symbol.asyncDispose]();
    },
  };
}

/** The container's limit, if there is one. Read once: later it may not be read. */
function readContainerLimit(readFile: (path: string) => string): number | null {
  for (const path of CONTAINER_LIMIT_FILES) {
    try {
      const limit = parseContainerLimit(readFile(path));
      if (limit !== null) return limit;
    } catch {
      // not Linux, not in a container, or not allowed
    }
  }
  return null;
}

/** What the process uses of the engine's limit and of its container's. */
function memoryReader(containerLimitBytes: number | null): () => readonly MemoryReading[] {
  // What the engine calls its limit has the young generation in it, which is of no use to what stays.
  const { heap_size_limit: limit } = getHeapStatistics();
  const engineLimitBytes = limit - Math.min(YOUNG_GENERATION_BYTES, limit * 3 / 7);
  return () => {
    const { rss, heapUsed } = Deno.memoryUsage();
    const engine = { usedBytes: heapUsed, limitBytes: engineLimitBytes };
    if (containerLimitBytes === null) return [engine];
    return [engine, { usedBytes: rss, limitBytes: containerLimitBytes }];
  };
}

/** Shrinks what recordings and collections may hold while memory is short, and says so. Returns what ends the watch. */
function watchMemory(
  { collections, recordings, sessions, topicRoom }:
    & Pick<Core, "collections" | "recordings" | "topicRoom">
    & { sessions: SessionRegistry },
  options: {
    collectBytes: number;
    recordBytes: number;
    memory: () => readonly MemoryReading[];
    everyMs: number;
  },
): () => void {
  const pressure = new MemoryPressure(() => performance.now());
  let before = pressure.share;
  const look = () => {
    if (!pressure.note(options.memory())) return;
    recordings.limitBytes = Math.floor(options.recordBytes * pressure.share);
    collections.limitBytes = Math.floor(options.collectBytes * pressure.share);
    topicRoom.closed = pressure.share < 1;
    const recordMb = Math.round(recordings.limitBytes / MEBIBYTE);
    const collectMb = Math.round(collections.limitBytes / MEBIBYTE);
    if (pressure.share < before) {
      log("core").warn(
        "Memory is short: recordings now keep {recordMb} MiB and collections {collectMb} MiB",
        { recordMb, collectMb },
      );
      const text =
        `This server's memory is short: it now keeps ${recordMb} MiB of recordings and ${collectMb} MiB of collections, the newest`;
      for (const session of sessions.all()) session.notify(text);
    } else {
      log("core").info("Memory is no longer short: {recordMb} and {collectMb} MiB", {
        recordMb,
        collectMb,
      });
    }
    before = pressure.share;
  };
  topicRoom.look = look;
  const timer = setInterval(look, options.everyMs);
  Deno.unrefTimer(Number(timer));
  return () => clearInterval(timer);
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
