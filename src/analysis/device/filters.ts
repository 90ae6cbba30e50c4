import { compileFilter } from "../../mqtt/topic.ts";
import { FAMILIES } from "./families/mod.ts";
import { isTopicFilter } from "./naming/names.ts";

/** Trees of cloud platforms that keep to themselves what their devices say: Greengrass, AWS' and Azure's provisioning, Azure's hub, Tencent, Huawei, OneNET, Yandex, Baidu. */
const HIDDEN_TREES = [
  "$aws/things/+/greengrassv2/#",
  "$aws/provisioning-templates/+/provision/#",
  "$dps/registrations/#",
  "$iothub/#",
  "$thing/#",
  "$ota/#",
  "$oc/devices/#",
  "$sys/+/+/thing/#",
  "$devices/#",
  "$baidu/#",
];
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
 * The topic filters to listen to for a device: its own, and what stands beside a topic filter, its like, for comparison.
 * `host` is the broker's name or address.
 */
export function deviceFilters(deviceId: string, host = "localhost"): string[] {
  return [...new Set([...ownFilters(deviceId, host), ...besideFilters(deviceId)])];
}

/** The topic filters to listen to for all devices below a pattern. */
export function fleetFilters(pattern: string, host?: string): string[] {
  return deviceFilters(pattern === "#" ? "*" : pattern, host);
}

/**
 * The topic filters on which a device speaks or is spoken of. A name may be anywhere in a topic, in a
 * retained discovery document or in a payload, so it takes `#` (and what `#` does not match: MQTT 4.7.2).
 * A topic filter stands for itself, what is below it, and the places where discovery and availability
 * may speak of it.
 */
export function ownFilters(deviceId: string, host = "localhost"): string[] {
  const spoken = FAMILIES.flatMap((family) => family.filters ?? []);
  const hidden = spoken.filter((filter) => filter.startsWith("$"));
  if (!isTopicFilter(deviceId)) {
    const asked = MAY_BE_ASKED.test(host);
    const ofBroker = asked && BROKER.test(deviceId) ? ["$SYS/#"] : [];
    return ["#", ...hidden, ...ofBroker, ...(asked ? HIDDEN_TREES : [])];
  }
  if (deviceId === "#") return ["#"];
  const own = ownOf(deviceId);
  const filters = deviceId.endsWith("#") ? [deviceId] : [own, `${own}/#`];
  const segments = own.split("/");
  for (const family of FAMILIES) filters.push(...(family.filtersBeside?.(segments) ?? []));
  filters.push(...spoken.filter((filter) => !filter.startsWith("$")));
  return [...new Set(filters)].filter((filter) => filter !== "/#" && filter !== "");
}

/** What stands beside a topic filter that has no wildcards but at its end. */
function besideFilters(deviceId: string): string[] {
  const own = ownOf(deviceId);
  const levels = own.split("/");
  const hasLike = isTopicFilter(deviceId) && levels.length > 1 && !/^\$|[+#]/.test(own);
  return hasLike ? [[...levels.slice(0, -1), "+", "#"].join("/")] : [];
}

function ownOf(filter: string): string {
  return filter.replace(/\/#?$/, "");
}

/** Whether a topic is heard only as it stands beside the filter that is asked for: of its like, and of nothing else. */
export function onlyBeside(deviceId: string): (topic: string) => boolean {
  const [beside] = besideFilters(deviceId);
  if (beside === undefined) return () => false;
  const above = beside.slice(0, -"+/#".length);
  const own = ownFilters(deviceId).map(compileFilter);
  return (topic) => topic.startsWith(above) && !own.some((matches) => matches(topic));
}
