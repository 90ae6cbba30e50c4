/** What the device classes of Home Assistant's binary sensors say is wrong while they are on. */

/** What is wrong, by what a reader is to do about it. */
export type ClassTrouble = "problem" | "tamper" | "battery" | "hazard";

const TROUBLES: ReadonlyMap<string, ClassTrouble> = new Map(Object.entries({
  problem: "problem",
  safety: "problem",
  tamper: "tamper",
  battery: "battery",
  smoke: "hazard",
  gas: "hazard",
  carbon_monoxide: "hazard",
  moisture: "hazard",
}));

/** What is wet now and then, and may be. */
const WET = /rain|regen|pluie|soil|boden|plant|pflanze|garden|garten|lawn|weather|wetter|dew|tau/i;

/** What a binary sensor of a class says is wrong while it is on; null for nothing. `called` is all that names it. */
export function troubleOfClass(deviceClass: string, called: string): ClassTrouble | null {
  return deviceClass === "moisture" && WET.test(called) ? null : TROUBLES.get(deviceClass) ?? null;
}
