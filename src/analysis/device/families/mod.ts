import { awsShadow } from "./aws_shadow.ts";
import { azureIotHub } from "./azure_iot_hub.ts";
import { chirpstack } from "./chirpstack.ts";
import { cumulocity } from "./cumulocity.ts";
import { esphome } from "./esphome.ts";
import type { Family } from "./family.ts";
import { frigate } from "./frigate.ts";
import { generic } from "./generic.ts";
import { goE } from "./go_e.ts";
import { homeAssistant } from "./home_assistant.ts";
import { homie } from "./homie.ts";
import { mySensors } from "./mysensors.ts";
import { openMqttGateway } from "./openmqttgateway.ts";
import { shellyGen1, shellyGen2 } from "./shelly.ts";
import { sparkplug } from "./sparkplug.ts";
import { tasmota } from "./tasmota.ts";
import { theThingsStack } from "./the_things_stack.ts";
import { wled } from "./wled.ts";
import { zigbee2mqtt } from "./zigbee2mqtt.ts";
import { zwaveJs } from "./zwave_js.ts";

/**
 * All families. The first that recognises a topic says what it is for, so the most telling comes
 * first and the one that knows nothing last. A device that shows several is told as the first of
 * them, those that only describe others ({@linkcode Family.describesOthers}) after the rest.
 */
const list = [
  sparkplug,
  homeAssistant,
  zigbee2mqtt,
  tasmota,
  shellyGen1,
  shellyGen2,
  awsShadow,
  homie,
  esphome,
  frigate,
  openMqttGateway,
  mySensors,
  goE,
  wled,
  zwaveJs,
  chirpstack,
  theThingsStack,
  cumulocity,
  azureIotHub,
  generic,
] as const;

/** The name of a family: a convention of topics and payloads that many devices share. */
export type Convention = (typeof list)[number]["name"];

/** A family of the list. */
export type KnownFamily = Family<Convention>;

/** All families, in the order in which they are asked. */
export const FAMILIES: readonly KnownFamily[] = list;

/** Levels below which families tell whether a gateway is there. */
export const GATEWAY_LEVELS: ReadonlySet<string> = new Set(
  ["bridge", ...FAMILIES.flatMap(({ gatewayLevel }) => gatewayLevel ?? [])],
);

/** The family of a document's topic, if its payload may tell which topics belong to a device. */
export function familyOfDocument(segments: readonly string[]): KnownFamily | null {
  return FAMILIES.find((family) => family.isDocument?.(segments)) ?? null;
}

/** Trees that name no device and are of the one that `own` topics are of, as no other speaks where `others` are. */
export function treesOfOnly(
  own: ReadonlyMap<string, unknown>,
  others: ReadonlyMap<string, unknown>,
): string[] {
  return FAMILIES.flatMap((family) => family.treeOfOnly?.(own, others) ?? []);
}

/** The first answer that a family gives, in the order of the list. */
export function firstAnswer<T>(ask: (family: KnownFamily) => T | null | undefined): T | null {
  for (const family of FAMILIES) {
    const answer = ask(family);
    if (answer !== null && answer !== undefined) return answer;
  }
  return null;
}

/** The families among these names, as a report tells them; the generic one is none. */
export function rankedFamilies(names: ReadonlySet<string>): KnownFamily[] {
  const present = FAMILIES.filter((family) => family !== generic && names.has(family.name));
  return [
    ...present.filter((family) => family.describesOthers !== true),
    ...present.filter((family) => family.describesOthers === true),
  ];
}
