import type { Alert } from "./alerts/alert.ts";
import { brokerDrops } from "./alerts/broker.ts";
import { clockOffset, lateMessages, probeTroubles } from "./alerts/delay.ts";
import type { AlertFacts, Detector } from "./alerts/facts.ts";
import { copies, redelivered } from "./alerts/repeats.ts";
import { burst, heavyHitter, largeMessage, trend, wentQuiet } from "./alerts/traffic.ts";

const DETECTORS: readonly Detector[] = [
  brokerDrops,
  heavyHitter,
  burst,
  trend,
  copies,
  redelivered,
  largeMessage,
  lateMessages,
  clockOffset,
  probeTroubles,
  wentQuiet,
];

/** All figures that crossed their thresholds, the gravest first. */
export function findAlerts(facts: AlertFacts): Alert[] {
  return sortAlerts(DETECTORS.flatMap((detect) => detect(facts)));
}

/** Orders alerts by severity, then by code, so that results are stable. */
function sortAlerts(alerts: readonly Alert[]): Alert[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return [...alerts].sort((a, b) =>
    rank[a.severity] - rank[b.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}
