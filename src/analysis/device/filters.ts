/**
 * The topic filters to listen to for a device. A name may be anywhere in a topic, in a retained
 * discovery document or in a payload, so it takes `#` (and the shadows, which `#` does not match:
 * MQTT 4.7.2). A topic filter stands for itself, what is below it, and the places where discovery
 * and availability may speak of it.
 */
export function deviceFilters(deviceId: string): string[] {
  if (!/[\/#+]/.test(deviceId)) return ["#", "$aws/things/+/shadow/#"];
  if (deviceId === "#") return ["#"];
  const own = deviceId.endsWith("/#") ? deviceId.slice(0, -2) : deviceId.replace(/\/$/, "");
  const filters = deviceId.endsWith("#") ? [deviceId] : [own, `${own}/#`];
  const segments = own.split("/");
  const at = segments.findIndex((segment) => /^(tele|stat|cmnd)$/.test(segment));
  if (at !== -1) {
    for (const prefix of ["tele", "stat", "cmnd"]) {
      if (prefix === segments[at]) continue;
      filters.push([...segments.slice(0, at), prefix, ...segments.slice(at + 1), "#"].join("/"));
    }
  }
  if (segments[0] === "spBv1.0" && segments.length >= 4) {
    const [root, group, , node, device] = segments;
    filters.push(`${root}/${group}/+/${node}`);
    if (device !== undefined) filters.push(`${root}/${group}/+/${node}/${device}`);
  }
  filters.push(
    "homeassistant/#",
    "+/bridge/devices",
    "+/bridge/state",
    "+/bridge/logging",
    "+/bridge/event",
    "tasmota/discovery/#",
    "shellies/announce",
  );
  return [...new Set(filters)].filter((filter) => filter !== "/#" && filter !== "");
}
