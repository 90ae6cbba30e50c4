import type { Packet } from "mqtt";

/** What an observer sees of a packet: enough for a log line, never payloads or credentials. */
export interface PacketFacts {
  readonly cmd: string;
  readonly messageId?: number;
  readonly topic?: string;
  readonly filters?: readonly string[];
  readonly qos?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly payloadBytes?: number;
  readonly reasonCode?: number;
  /** Of a SUBACK: one code per filter (MQTT 5 §3.9.3). */
  readonly granted?: readonly number[];
}

/** Sees every packet of a connection after CONNACK. */
export type PacketObserver = (direction: "sent" | "received", packet: PacketFacts) => void;

/** What an observer may see of a packet. */
export function describePacket(packet: Packet): PacketFacts {
  switch (packet.cmd) {
    case "publish":
      return {
        cmd: packet.cmd,
        messageId: packet.messageId,
        topic: packet.topic,
        qos: packet.qos,
        retain: packet.retain,
        dup: packet.dup,
        payloadBytes: packet.payload.length,
      };
    case "subscribe":
      return {
        cmd: packet.cmd,
        messageId: packet.messageId,
        filters: packet.subscriptions.map((one) => one.topic),
      };
    case "suback":
      return {
        cmd: packet.cmd,
        messageId: packet.messageId,
        granted: packet.granted.flatMap((code) => typeof code === "number" ? [code] : []),
      };
    case "unsubscribe":
      return { cmd: packet.cmd, messageId: packet.messageId, filters: packet.unsubscriptions };
    default:
      return {
        cmd: packet.cmd,
        messageId: packet.messageId,
        ...("reasonCode" in packet && { reasonCode: packet.reasonCode }),
      };
  }
}
