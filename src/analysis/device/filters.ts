import { FAMILIES } from "./families/mod.ts";
import { isTopicFilter } from "./naming/names.ts";

/** Trees of cloud platforms that keep to themselves what their devices say: Tencent, Huawei, OneNET, Yandex, Baidu. */
const HIDDEN_TREES = ["$thing/#", "$oc/devices/#", "$sys/+/+/thing/#", "$devices/#", "$baidu/#"];
/**
 * Brokers that may be asked for them: those of a network of one's own, and the platforms. AWS IoT ends the connection of
 * who asks for a topic below `$` that it does not know, under whatever name it is reached.
 */
const MAY_BE_ASKED =
  /^[^.]+$|^[\d.]+$|:|\.(?:local|lan|home|internal|arpa|box)$|\.(?:tencentdevices|myhuaweicloud|heclouds|baidubce)\.com$|\.cloud\.yandex\.net$/i;

/** `emqx@10.0.0.5` names a node of a broker, which tells of itself in a tree of its own. */
const BROKER =
  /^[\w-]+@[\w.-]+$|\b(?:broker|mosquitto|emqx|vernemq|nanomq|hivemq|rabbitmq|flashmq|activemq|artemis)\b/i;

/**
 * The topic filters to listen to for a device. A name may be anywhere in a topic, in a retained
 * discovery document or in a payload, so it takes `#` (and what `#` does not match: MQTT 4.7.2). A
 * topic filter stands for itself, what is below it, and the places where discovery and availability
 * may speak of it. `host` is the broker's name or address.
 */
export function deviceFilters(deviceId: string, host = "localhost"): string[] {
  const spoken = FAMILIES.flatMap((family) => family.filters ?? []);
  const hidden = spoken.filter((filter) => filter.startsWith("$"));
  if (!isTopicFilter(deviceId)) {
    const asked = MAY_BE_ASKED.test(host);
    const ofBroker = asked && BROKER.test(deviceId) ? ["$SYS/#"] : [];
    return ["#", ...hidden, ...ofBroker, ...(asked ? HIDDEN_TREES : [])];
  }
  if (deviceId === "#") return ["#"];
  const own = deviceId.endsWith("/#") ? deviceId.slice(0, -2) : deviceId.replace(/\/$/, "");
  const filters = deviceId.endsWith("#") ? [deviceId] : [own, `${own}/#`];
  const segments = own.split("/");
  for (const family of FAMILIES) filters.push(...(family.filtersBeside?.(segments) ?? []));
  filters.push(...spoken.filter((filter) => !filter.startsWith("$")));
  return [...new Set(filters)].filter((filter) => filter !== "/#" && filter !== "");
}
