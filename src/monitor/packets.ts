import { isoTime } from "../iso_time.ts";
import type { PacketFacts } from "../mqtt/client/packet_facts.ts";
import { reasonInWords } from "../mqtt/reason_codes.ts";
import type { Session } from "../session/session.ts";
import type { PacketRow } from "./shapes/sessions.ts";
import { cutText } from "./call_entry.ts";
import { rounded } from "../numbers.ts";

const MOST_WAITING = 500;
const MOST_UNANSWERED = 1_000;
const SHOWN_CHARS = 200;

/** Which packet answers which, for the round trip. */
const ANSWERS: Readonly<Record<string, string>> = {
  suback: "subscribe",
  unsuback: "unsubscribe",
  puback: "publish",
  pubrec: "publish",
  pubcomp: "pubrel",
  pingresp: "pingreq",
};

/** The control packets of one session, while somebody looks at them. Never holds payloads. */
export class PacketCapture implements Disposable {
  readonly #session: Session;
  readonly #now: () => number;
  /** When a packet that waits for its answer passed, by kind, direction and packet id. */
  readonly #unanswered = new Map<string, number>();
  #waiting: PacketRow[] = [];
  #skipped = 0;
  #lastAt: number | null = null;
  #connectedSince: number | null;

  constructor(session: Session, options: { now: () => number }) {
    this.#session = session;
    this.#now = options.now;
    this.#connectedSince = session.connectedSince;
    this.#waiting.push(connectionRow(session));
    session.observePackets((direction, packet) => this.#take(direction, packet));
  }

  /** The packets since the last call, oldest first, and how many more there were. */
  take(): { packets: PacketRow[]; skipped: number } {
    const { connectedSince } = this.#session;
    if (connectedSince !== null && connectedSince !== this.#connectedSince) {
      this.#connectedSince = connectedSince;
      this.#waiting.unshift(connectionRow(this.#session));
    }
    const taken = { packets: this.#waiting, skipped: this.#skipped };
    this.#waiting = [];
    this.#skipped = 0;
    return taken;
  }

  [Symbol.dispose](): void {
    this.#session.observePackets(null);
  }

  #take(direction: "sent" | "received", packet: PacketFacts): void {
    const at = this.#now();
    const roundTripMs = this.#roundTrip(direction, packet, at);
    const sincePreviousMs = this.#lastAt === null ? null : rounded(at - this.#lastAt, 1);
    this.#lastAt = at;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#skipped++;
      return;
    }
    const code = packet.reasonCode ?? packet.granted?.[0];
    const reason = reasonOf(packet);
    this.#waiting.push({
      at: isoTime(at),
      since_previous_ms: sincePreviousMs,
      direction,
      packet: packet.cmd.toUpperCase(),
      packet_id: packet.messageId ?? null,
      summary: summaryOf(packet, reason),
      topic: packet.topic === undefined ? null : cutText(packet.topic, SHOWN_CHARS),
      qos: packet.qos ?? null,
      retain: packet.retain === true,
      dup: packet.dup === true,
      payload_bytes: packet.payloadBytes ?? null,
      reason,
      reason_code: code ?? null,
      round_trip_ms: roundTripMs,
    });
  }

  #roundTrip(direction: "sent" | "received", packet: PacketFacts, at: number): number | null {
    const id = packet.messageId ?? "";
    const asked = ANSWERS[packet.cmd];
    if (asked !== undefined) {
      const key = `${direction === "sent" ? "received" : "sent"} ${asked} ${id}`;
      const since = this.#unanswered.get(key);
      this.#unanswered.delete(key);
      return since === undefined ? null : rounded(at - since, 1);
    }
    const waits = packet.cmd === "publish"
      ? (packet.qos ?? 0) > 0
      : Object.values(ANSWERS).includes(packet.cmd);
    if (waits && this.#unanswered.size < MOST_UNANSWERED) {
      this.#unanswered.set(`${direction} ${packet.cmd} ${id}`, at);
    }
    return null;
  }
}

/** The CONNACK came before anybody looked; what it said is known. */
function connectionRow(session: Session): PacketRow {
  const since = session.connectedSince ?? session.createdAt;
  const { server } = session;
  const announced = Object.entries(server).map(([name, value]) => `${name} ${value}`).join(", ");
  return {
    at: isoTime(since),
    since_previous_ms: null,
    direction: "received",
    packet: "CONNACK",
    packet_id: null,
    summary: cutText(`MQTT ${session.mqttVersion}, ${announced}`, 2 * SHOWN_CHARS),
    topic: null,
    qos: null,
    retain: false,
    dup: false,
    payload_bytes: null,
    reason: "success",
    reason_code: 0,
    round_trip_ms: rounded(session.connectMs, 1),
  };
}

function reasonOf(packet: PacketFacts): string | null {
  if (packet.granted !== undefined) {
    return packet.granted.slice(0, 20).map((code) =>
      code === 0 ? "granted QoS 0" : reasonInWords(code)
    ).join(", ");
  }
  if (packet.reasonCode === undefined) return null;
  if (packet.cmd === "disconnect" && packet.reasonCode === 0) return "normal disconnection";
  return reasonInWords(packet.reasonCode);
}

function summaryOf(packet: PacketFacts, reason: string | null): string {
  const parts: string[] = [];
  if (packet.topic !== undefined) parts.push(cutText(packet.topic, SHOWN_CHARS));
  if (packet.filters !== undefined) {
    parts.push(cutText(packet.filters.join(", "), SHOWN_CHARS));
  }
  if (packet.qos !== undefined) parts.push(`QoS ${packet.qos}`);
  if (packet.payloadBytes !== undefined) parts.push(`${packet.payloadBytes} bytes`);
  if (packet.retain) parts.push("retained");
  if (packet.dup) parts.push("DUP: sent again");
  if (reason !== null) parts.push(reason);
  if (packet.cmd === "pingreq") parts.push("keep-alive");
  if (packet.cmd === "pingresp") parts.push("keep-alive answered");
  return parts.join(", ");
}
