import type { FleetGroup } from "./groups.ts";

/** Devices of one place that need no words. */
export interface Place {
  readonly pattern: string;
  readonly devices: number;
}

/** A device that stands somewhere. */
interface Located {
  readonly group: FleetGroup;
}

const MOST_PLACES = 30;

/** Devices counted by the level above them, the most first; the rest together. */
export function placesOf(judged: readonly Located[]): Place[] {
  const places = new Map<string, number>();
  for (const one of judged) {
    const pattern = placeOf(one);
    places.set(pattern, (places.get(pattern) ?? 0) + 1);
  }
  const rows = [...places].map(([pattern, devices]) => ({ pattern, devices }))
    .sort((a, b) => b.devices - a.devices || (a.pattern < b.pattern ? -1 : 1));
  if (rows.length <= MOST_PLACES) return rows;
  const rest = rows.splice(MOST_PLACES - 1);
  return [...rows, {
    pattern: `${rest.length} other places`,
    devices: rest.reduce((sum, { devices }) => sum + devices, 0),
  }];
}

/** `zigbee2mqtt/+`; for a device at the top, what its name begins with: `shellyplus1-…`. */
export function placeOf({ group: { device, topics } }: Located): string {
  const bare = device.replace(/\/#$/, "");
  const path = bare.includes("/") ? bare : topics[0]?.topic ?? bare;
  const levels = path.split("/");
  const at = levels.lastIndexOf(bare.split("/").at(-1) ?? "");
  if (at > 0) return `${levels.slice(0, at).join("/")}/+`.slice(0, 200);
  const stem = /^\D{2,}?(?=[-_ ]?[0-9a-f]*\d)/i.exec(bare.slice(0, 200))?.[0] ?? bare;
  return stem.length < bare.length ? `${stem.slice(0, 200)}…` : bare.slice(0, 200);
}
