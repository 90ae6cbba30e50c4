import { awsShadow } from "./aws_shadow.ts";
import { esphome } from "./esphome.ts";
import type { Family } from "./family.ts";
import { generic } from "./generic.ts";
import { homeAssistant } from "./home_assistant.ts";
import { homie } from "./homie.ts";
import { shellyGen1, shellyGen2 } from "./shelly.ts";
import { sparkplug } from "./sparkplug.ts";
import { tasmota } from "./tasmota.ts";
import { zigbee2mqtt } from "./zigbee2mqtt.ts";

/** All families, the most telling first; the first that recognises a topic says its role. */
export const FAMILIES: readonly Family[] = [
  sparkplug,
  homeAssistant,
  zigbee2mqtt,
  tasmota,
  shellyGen1,
  shellyGen2,
  awsShadow,
  homie,
  esphome,
  generic,
];
