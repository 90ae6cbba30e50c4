import { FAMILIES } from "./families/mod.ts";

/**
 * The topic filters to listen to for a device. A name may be anywhere in a topic, in a retained
 * discovery document or in a payload, so it takes `#` (and what `#` does not match: MQTT 4.7.2). A
 * topic filter stands for itself, what is below it, and the places where discovery and availability
 * may speak of it.
 */
export function deviceFilters(deviceId: string): string[] {
  const spoken = FAMILIES.flatMap((family) => family.filters ?? []);
  const hidden = spoken.filter((filter) => filter.startsWith("$"));
  if (!/[\/#+]/.test(deviceId)) return ["#", ...hidden];
  if (deviceId === "#") return ["#"];
  const own = deviceId.endsWith("/#") ? deviceId.slice(0, -2) : deviceId.replace(/\/$/, "");
  const filters = deviceId.endsWith("#") ? [deviceId] : [own, `${own}/#`];
  const segments = own.split("/");
  for (const family of FAMILIES) filters.push(...(family.filtersBeside?.(segments) ?? []));
  filters.push(...spoken.filter((filter) => !filter.startsWith("$")));
  return [...new Set(filters)].filter((filter) => filter !== "/#" && filter !== "");
}
