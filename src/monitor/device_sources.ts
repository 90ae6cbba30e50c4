/** Which recordings tell of devices: one session of each broker, and what is recorded on it. */
import type { Core } from "../core.ts";
import { formatBroker } from "../mqtt/connection_string.ts";
import type { BrokerNames } from "./broker_names.ts";
import type { Session } from "../session/session.ts";

/** A broker whose devices can be judged, or one of which nothing is recorded. */
export interface DeviceSource {
  readonly session: Session;
  /** As the page names it: its name, or its URL without login. */
  readonly broker: string;
  readonly url: string;
  /** What is recorded; empty: nothing. */
  readonly recorded: readonly string[];
  /** What to hear; undefined: all that there is. */
  readonly filters: readonly string[] | undefined;
  /** Whether the session itself records, and not another one on its broker. */
  readonly isOwn: boolean;
}

const MOST_FILTERS = 100;

/** One source for each broker: two assistants on one broker hear the same devices. */
export function deviceSources(core: Core, names: BrokerNames): DeviceSource[] {
  const byBroker = new Map<string, DeviceSource[]>();
  for (const session of core.sessions.all()) {
    // with another login other topics may be heard
    const key = session.sourceKey;
    byBroker.set(key, [...byBroker.get(key) ?? [], sourceOf(core, session, names)]);
  }
  return [...byBroker.values()].map((sources) => sources.toSorted(byWorth)[0]);
}

function sourceOf(core: Core, session: Session, names: BrokerNames): DeviceSource {
  const url = formatBroker(session.broker);
  const broker = names.of(session.broker) ?? url;
  const running = core.recordings.running(session.id)
    .filter((filter) => !filter.startsWith("$share/")).slice(0, MOST_FILTERS);
  const isOwn = running.length > 0;
  if (core.recordings.covering(session.id, ["#"]) !== null) {
    return { session, broker, url, recorded: ["#"], filters: undefined, isOwn };
  }
  return { session, broker, url, recorded: running, filters: running, isOwn };
}

/** The one that hears the most first, then the one that is connected, then the oldest. */
function byWorth(a: DeviceSource, b: DeviceSource): number {
  return worthOf(b) - worthOf(a) || a.session.createdAt - b.session.createdAt;
}

function worthOf({ filters, recorded, isOwn, session }: DeviceSource): number {
  const heard = recorded.length === 0 ? 0 : filters === undefined ? 8 : 4;
  return heard + (isOwn ? 2 : 0) + (session.state === "connected" ? 1 : 0);
}
