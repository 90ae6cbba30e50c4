/** The core of one process: its sessions, and what is heard through them. */
import { CollectionStore } from "./collect/collections.ts";
import { budgetWithin, type MemoryReading } from "./memory/memory_pressure.ts";
import { memoryReader, readContainerLimit, watchMemory } from "./memory/watch.ts";
import { RecordingStore } from "./collect/recordings.ts";
import { type Config, ConfigError } from "./config.ts";
import type { TlsMaterial } from "./mqtt/client/transport.ts";
import { parseConnectionString } from "./mqtt/connection_string.ts";
import { CredentialVault } from "./mqtt/credentials.ts";
import { checkPem, type PemContent } from "./mqtt/pem.ts";
import { showSecrets } from "./payload/secrets.ts";
import { logSessionEvent } from "./session/event_log.ts";
import { NamedBrokers } from "./session/named_brokers.ts";
import { RetainedPlans } from "./session/retained.ts";
import { createPolicy, type Policy } from "./session/policy.ts";
import { SessionRegistry } from "./session/registry.ts";
import { TopicRoom } from "./memory/topic_room.ts";

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
  showSecrets(config.showSecrets);
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
  function tellSessions(text: string): void {
    for (const session of sessions.all()) session.notify(text);
  }
  const stopWatching = watchMemory({ collections, recordings, topicRoom, tell: tellSessions }, {
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
