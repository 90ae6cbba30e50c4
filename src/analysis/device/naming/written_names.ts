import type { Finding } from "../finding_shape.ts";
import { rememberingEach } from "../../../payload/remembered.ts";
import { writtenPath } from "../reading/fields.ts";
import type { DeviceView, TopicView } from "../reading/view.ts";

/** Readings of a topic in which the names of its fields are looked for: the first ones and the last. */
const LOOKED_AT = 3;
const QUOTED = /"([^"\n]{1,300})"/g;

/** Findings that call fields as their payloads do: rules know each name in one style. */
export function withWrittenNames(findings: readonly Finding[], view: DeviceView): Finding[] {
  if (findings.length === 0) return [];
  const { names, all } = writtenIn(view);
  if (all.size === 0) return [...findings];
  return findings.map((finding) => {
    const { evidence } = finding;
    const topics = [evidence.numbers?.topic, ...evidence.messages.map(({ topic }) => topic)];
    const written = (name: string): string | undefined => {
      for (const topic of topics) {
        const own = topic === undefined ? undefined : names.get(topic)?.get(name);
        if (own !== undefined) return own;
      }
      return all.get(name);
    };
    const told = (text: string) => inWritten(text, written, names);
    return {
      ...finding,
      title: told(finding.title),
      suggestion: told(finding.suggestion),
      evidence: {
        ...evidence,
        summary: told(evidence.summary),
        ...(evidence.numbers === undefined ? {} : {
          numbers: {
            ...evidence.numbers,
            field: written(evidence.numbers.field) ?? evidence.numbers.field,
          },
        }),
      },
    };
  });
}

/** The fields that are written otherwise than they are read: of each topic, and of all, asked for once for each view. */
const writtenIn = rememberingEach((view: DeviceView) => {
  const names = new Map(view.topics.map((topic) => [topic.topic, namesIn(topic)]));
  return { names, all: new Map([...names.values()].flatMap((own) => [...own])) };
});

/** A text with each label in quotes as it is written. */
function inWritten(
  text: string,
  written: (name: string) => string | undefined,
  topics: ReadonlyMap<string, unknown>,
): string {
  return text.replace(QUOTED, (_, label: string) => `"${labelled(label, written, topics)}"`);
}

/** The fields of a topic that are written otherwise than they are read, by how they are read. */
function namesIn({ readings }: TopicView): Map<string, string> {
  const names = new Map<string, string>();
  const looked = readings.length <= 2 * LOOKED_AT
    ? readings
    : [...readings.slice(0, LOOKED_AT), ...readings.slice(-LOOKED_AT)];
  for (const { sample, fields } of looked) {
    const value = sample.decoded?.value;
    if (typeof value !== "object" || value === null) continue;
    for (const path of [...fields.keys()].flatMap(withThoseAbove)) {
      const written = names.has(path) ? path : writtenPath(path, value);
      if (written !== path) names.set(path, written);
    }
  }
  return names;
}

/** A path, and those of the objects that hold it: findings call parts by them. */
function withThoseAbove(path: string): string[] {
  return [path, ...path.matchAll(/[.[]/g).map(({ index }) => path.slice(0, index))];
}

/** A label as it is written: a path, one below its topic, or one of a thing. */
function labelled(
  label: string,
  written: (name: string) => string | undefined,
  topics: ReadonlyMap<string, unknown>,
): string {
  const whole = written(label);
  if (whole !== undefined) return whole;
  const [path = "", ...things] = label.split(" of ");
  if (things.length > 0) return [written(path) ?? path, ...things].join(" of ");
  for (const topic of topics.keys()) {
    if (!label.startsWith(topic)) continue;
    const below = label.slice(topic.length + 1);
    // Of a document that is told in parts, each on a topic of its own, `labelOf` writes the path as a topic.
    const own = written(below) ?? written(below.replaceAll("/", "."))?.replaceAll(".", "/");
    if (own !== undefined) return label.slice(0, topic.length + 1) + own;
  }
  return label;
}

/** Texts in which fields are called as their payloads do. */
export function asWritten(texts: readonly string[], view: DeviceView): string[] {
  if (texts.length === 0) return [];
  const { names, all } = writtenIn(view);
  return texts.map((text) => inWritten(text, (name) => all.get(name), names));
}
