import { type TopicHint, topicHint } from "../payload/severity/mod.ts";
import { hashText } from "./fingerprint.ts";
import type { Stratum } from "./strata.ts";

/** What is remembered of a topic. */
export class TopicRecord {
  count = 0;
  retained = 0;
  readonly seed: number;
  readonly hint: TopicHint;
  /** Messages held of its live traffic and of its retained message. */
  live: Stratum | null = null;
  kept: Stratum | null = null;
  a = 0;
  b = 0;
  exact = 0;
  /** Messages since it last said something else. */
  run = 0;
  /** How often one of its changes or outliers was held: the more, the less telling is the next. */
  surprises = 0;
  numberCount = -1;
  structure: string = "";
  samples = 0;
  /** Where its figures begin in the shared table; −1 if they are not watched. */
  figures = -1;

  constructor(topic: string) {
    this.hint = topicHint(topic);
    this.seed = seedOf(topic, this.hint);
  }
}

/** Payloads share a verdict only among topics whose names say the same of them. */
export function seedOf(topic: string, hint: TopicHint): number {
  return hashText(topic.startsWith("spBv1.0/") ? `sparkplug ${hint}` : hint);
}
