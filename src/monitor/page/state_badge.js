import { Badge } from "./parts.js";
import { html } from "./view.js";

/**
 * Whether a device can be reached.
 * @param {{ device: Pick<import("../shapes/devices.ts").DeviceFacts, "state" | "severity" | "condition"> }} props
 */
export function StateBadge({ device }) {
  const { state } = device;
  const tone = state === "offline" || state === "flapping"
    ? "bad"
    : state === "online"
    ? "good"
    : "plain";
  return html`<${Badge} tone=${tone}>${state}<//>`;
}
