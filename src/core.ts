/** The core of one process: its sessions, and what is heard through them. */
import { CollectionStore } from "./collect/collections.ts";
import { RecordingStore } from "./collect/recordings.ts";
import { type Config, ConfigError } from "./config.ts";
import type { TlsMaterial } from "./mqtt/client.ts";
import { CredentialVault } from "./mqtt/credentials.ts";
import { NamedBrokers } from "./session/named_brokers.ts";
import { RetainedPlans } from "./session/retained.ts";
import { createPolicy, type Policy } from "./session/policy.ts";
import { SessionRegistry } from "./session/registry.ts";

const MEBIBYTE = 1024 * 1024;

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
}

/**
 * Makes a core. Reads the certificates and the list of brokers that the settings name, once; connects to nothing.
 * Throws {@linkcode ConfigError} when one of the files cannot be read.
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

  const tls: TlsMaterial = {
    ca: readSetting("MQTT_CA_FILE", config.mqttCaFile),
    cert: readSetting("MQTT_CERT_FILE", config.mqttCertFile),
    key: readSetting("MQTT_KEY_FILE", config.mqttKeyFile),
  };
  const brokersText = readSetting("BROKERS_FILE", config.brokersFile);
  const brokers = brokersText === undefined
    ? NamedBrokers.none()
    : parseBrokers(brokersText, { config, environment, readFile });

  const policy = createPolicy(config);
  const collections = new CollectionStore({
    limitBytes: config.collectMemoryMb * MEBIBYTE,
    now,
  });
  const recordings = new RecordingStore({ limitBytes: config.recordMemoryMb * MEBIBYTE, now });
  const plans = new RetainedPlans({ now });
  const sessions = new SessionRegistry({
    maxConnections: config.maxConnections,
    ttlSeconds: config.sessionTtl,
    sharing: config.sessionSharing,
    connectTimeoutMs: config.connectionTimeout * 1000,
    mqttTimeoutMs: config.mqttTimeout * 1000,
    tls,
    allowInsecureTls: config.allowInsecureTls,
    vault: await CredentialVault.create(),
    now,
    policy,
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
    plans,
    now,
    close: () => sessions[Symbol.asyncDispose](),
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
  try {
    return NamedBrokers.parse(text, {
      allowInsecureTls: sources.config.allowInsecureTls,
      environment: sources.environment,
      readFile: sources.readFile,
    });
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : "Cannot read BROKERS_FILE");
  }
}
