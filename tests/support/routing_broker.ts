import { Buffer } from "node:buffer";
import type { IPublishPacket } from "mqtt-packet";
import { matchesFilter } from "../../src/mqtt/topic.ts";
import { type BrokerScript, type ScriptedBroker, startScriptedBroker } from "./scripted_broker.ts";

/** How a {@linkcode startRoutingBroker} treats retained messages. */
export interface RetainRules extends Pick<BrokerScript, "connack"> {
  /** Sees each packet first, as in any script. */
  readonly onPacket?: BrokerScript["onPacket"];
  /** False as RabbitMQ: a subscription by wildcard gets none. */
  readonly toWildcards?: boolean;
  /** False as mosca: they come without their flag. */
  readonly flagged?: boolean;
  /** As mosca under load: they come behind what is published after the SUBSCRIBE. */
  readonly late?: boolean;
}

/** A scripted broker that hands messages on and keeps retained ones, with the habits of some real brokers. */
export function startRoutingBroker(rules: RetainRules = {}): ScriptedBroker {
  const retained = new Map<string, Buffer>();
  const late: (() => void)[] = [];
  const broker: ScriptedBroker = startScriptedBroker({
    ...(rules.connack && { connack: rules.connack }),
    onPacket(packet, client) {
      if (rules.onPacket?.(packet, client) === true) return true;
      if (packet.cmd === "publish") route(packet);
      if (packet.cmd !== "subscribe") return false;
      client.send({
        cmd: "suback",
        messageId: packet.messageId,
        granted: packet.subscriptions.map(({ qos }) => qos),
      });
      for (const { topic: filter, rh } of packet.subscriptions) {
        if (rh === 2) continue;
        if (rules.toWildcards === false && /[+#]/.test(filter)) continue;
        for (const [topic, payload] of retained) {
          if (!matchesFilter(filter, topic)) continue;
          const message = messageOf(topic, payload, rules.flagged !== false, identifier(filter));
          if (rules.late) late.push(() => client.send(message));
          else client.send(message);
        }
      }
      return true;

      function identifier(filter: string): number | undefined {
        return client.subscriptions.get(filter);
      }
    },
  });
  function route(packet: IPublishPacket): void {
    const payload = Buffer.from(packet.payload as Buffer);
    if (packet.retain) {
      if (payload.length > 0) retained.set(packet.topic, payload);
      else retained.delete(packet.topic);
    }
    for (const client of broker.clients) {
      for (const [filter, id] of client.subscriptions) {
        if (client.isOpen && matchesFilter(filter, packet.topic)) {
          client.send(messageOf(packet.topic, payload, false, id));
        }
      }
    }
    for (const send of late.splice(0)) send();
  }
  return broker;
}

function messageOf(
  topic: string,
  payload: Buffer,
  retain: boolean,
  subscriptionIdentifier: number | undefined,
): IPublishPacket {
  return {
    cmd: "publish",
    topic,
    payload,
    qos: 0,
    retain,
    dup: false,
    ...(subscriptionIdentifier !== undefined && { properties: { subscriptionIdentifier } }),
  };
}
