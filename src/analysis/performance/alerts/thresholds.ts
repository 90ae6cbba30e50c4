/** The thresholds of all alerts, in the units of their names. */
export const ALERT_THRESHOLDS = {
  /** Messages the broker threw away while it was listened to. */
  dropsInWindow: 1,
  /** Messages the broker threw away since its start. */
  dropsTotal: 1,
  /** Share of the traffic of one topic, among at least ten topics, in percent. */
  topicSharePercent: 50,
  topicShareMinTopics: 10,
  topicShareMinMessages: 100,
  /** A burst's peak against what is usual. */
  burstTimesUsual: 5,
  /** Change of the rate over the window, if it is certain, in percent. */
  trendPercent: 50,
  /** Messages that repeat the one before at once, in percent of those looked at. */
  copiesPercent: 2,
  copiesMin: 5,
  /** Messages with the DUP flag, in percent. */
  dupPercent: 1,
  /** Size of one message in bytes. */
  messageBytes: 256 * 1024,
  /** Delay between a payload's own time and its arrival, 95th percentile, in ms. */
  payloadDelayMs: 2000,
  /** Round trip of a probe, 95th percentile, in ms. */
  probeMs: 500,
  /** Difference between a device's clock and ours, in ms. */
  clockOffsetMs: 60_000,
  /** Periods of silence after which a regular topic counts as gone quiet. */
  silentPeriods: 4,
} as const;
