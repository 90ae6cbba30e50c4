/** Below it lie the topics that connection tests and round-trip probes publish on. */
export const SCRATCH_PREFIX = "mqtt-mcp/test/";

/** The topic filter of all scratch topics: what an access list or a policy must allow for tests. */
export const SCRATCH_FILTER = `${SCRATCH_PREFIX}#`;

/** A scratch topic to ask a policy about. */
export const SCRATCH_EXAMPLE = `${SCRATCH_PREFIX}0`;

/** A scratch topic that nobody else uses. */
export function newScratchTopic(): string {
  return SCRATCH_PREFIX + crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}

/** Below it lie the topics that replies to requests come to. */
export const REPLY_PREFIX = "mqtt-mcp/reply/";

/** Whether a topic is one that this program publishes on, and no device. */
export function isOwnTopic(topic: string): boolean {
  return topic.startsWith(SCRATCH_PREFIX) || topic.startsWith(REPLY_PREFIX);
}
