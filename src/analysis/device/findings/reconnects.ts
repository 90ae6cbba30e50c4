import type { Finding } from "../finding_shape.ts";
import { numbersOf, someOf, spanText } from "../evidence.ts";
import { labelOf, leafOf } from "../fields.ts";
import type { DeviceView } from "../view.ts";
import { nameWords } from "./name_words.ts";

/** Counts of how often a device connected, to its broker or to its network. */
const COUNTS =
  /^(?:linkcount|reconnects?|reconnections|connectcount|disconnects?|disconnectcount|wificonnects|mqttconnects)$/;
/** Words of a count of connections that were lost or made anew. */
const ANEW =
  / (?:reconnects?|reconnections?|disconnects?|disconnections?|reconn|disconn|reassociations?|reassocs?|roams|rejoins?|wiederverbindungen|verbindungsabbrueche|abbrueche|reconnexions|deconnexions|reconexiones|desconexiones) /;
const LOST =
  / (?:conn|connect|connection|connections|connectivity|link|wifi|wlan|wan|mqtt|broker|session|uplink|verbindung|connexion|conexion) (?:was )?(?:lost|losses|loss|drops?|dropped|downs?|breaks|aborts|interruptions|resets?|verloren|perdue?s?|perdidas?) /;
/** What is a length or a moment, or may be of those that connect to it. */
const NO_COUNT =
  / (?:time|interval|delay|timeout|last|since|at|ts|date|ms|s|max|min|limit|backoff|reason|code|users?|clients?|peers?|pct|percent|packets?) /;

function countsConnections(path: string, segments: readonly string[]): boolean {
  const name = leafOf(path) || leafOf(segments.at(-1) ?? "");
  // What the level above names is of the network too: `wifi/reconnects`, `mqtt.lost`.
  const words = [...segments.slice(-1), ...path.split(/[./]/)].slice(-2).map(nameWords)
    .join("").replace(/ {2}/g, " ");
  return COUNTS.test(name) || (ANEW.test(words) || LOST.test(words)) && !NO_COUNT.test(words);
}

/** `flapping` of a device that counts its own connections, where no last will shows them. */
export function countedReconnects(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|info|event)$/.test(topic.role)) continue;
    const fields = [...topic.live.at(-1)?.fields.keys() ?? []];
    const countsLinks = fields.some((path) => leafOf(path) === "linkcount");
    const paths = fields.filter((path) => {
      const name = leafOf(path) || leafOf(topic.segments.at(-1) ?? "");
      // Beside a count of links it counts connections, elsewhere messages.
      return countsConnections(path, topic.segments) || name === "mqttcount" && countsLinks;
    });
    for (const path of paths) {
      const having = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
      const values = having.map(({ fields }) => Number(fields.get(path)));
      const rises = having.filter((_, i) => i > 0 && (values[i] ?? 0) > (values[i - 1] ?? 0));
      // A count that falls restarted with the device; that is another finding.
      if (values.some((value, i) => value < (values[i - 1] ?? value))) continue;
      const more = (values.at(-1) ?? 0) - (values[0] ?? 0);
      if (rises.length < 2 || more < 3) continue;
      const others = paths.filter((other) => other !== path).map((other) => `"${other}"`);
      const name = labelOf({ path, topic });
      return [{
        severity: "warning",
        code: "flapping",
        title: `The device reconnects again and again: "${name}" rose from ${values[0]} to ${
          values.at(-1)
        }`,
        evidence: {
          summary: `On "${topic.topic}" it counts ${more} new connections ${spanText(having)}` +
            (others.length > 0 ? `; it counts ${others.slice(0, 3).join(", ")} too` : ""),
          messages: someOf(rises),
          numbers: numbersOf(values, { topic: topic.topic, field: path }),
        },
        suggestion:
          "Look at the device's signal and access point first (roaming, channel changes, leases), then for a second client with its client id; the broker's log tells why each connection ended.",
      }];
    }
  }
  return [];
}
