/** What is told of a document that came in parts, by the topics on which they came. */
import { rememberingEach } from "../../../payload/remembered.ts";
import type { TopicRole } from "../families/family.ts";
import { evidenceOf, iso } from "../evidence.ts";
import type { EvidenceMessage, Finding } from "../finding_shape.ts";
import type { Sample, TopicTrace } from "./trace.ts";
import type { DeviceView, TopicView } from "./view.ts";

const MOST_MESSAGES = 5;

/** The messages as they came: those of a document's parts in its place. */
export function messagesOf(sample: Sample): readonly Sample[] {
  return sample.parts?.flatMap(messagesOf) ?? [sample];
}

/** The topics as they are spoken on: those of a document's parts in its place. */
export function topicsAsSpoken(trace: TopicTrace): readonly TopicTrace[] {
  return trace.parts?.flatMap(topicsAsSpoken) ?? [trace];
}

/** What was heard on each topic as it is spoken on, and the role of the document of which it is a part. */
export const spokenOn = rememberingEach((
  { topics }: DeviceView,
): ReadonlyMap<string, { readonly role: TopicRole; readonly samples: readonly Sample[] }> =>
  new Map(
    topics.flatMap(({ role, trace }) =>
      topicsAsSpoken(trace).map((one) => [one.topic, { role, samples: one.samples() }] as const)
    ),
  )
);

/** Findings in which every topic and message is one that was heard; `P/#` is all that is told of a document. */
export function inParts(findings: Finding[], view: DeviceView): Finding[] {
  const documents = view.topics.filter(({ trace }) => trace.parts !== undefined);
  if (documents.length === 0) return findings;
  return findings.map((finding): Finding => {
    const { title, evidence } = finding;
    const { summary, messages, numbers } = evidence;
    const told = `${title} ${summary}`;
    return {
      ...finding,
      title: spokenOf(title, documents),
      evidence: {
        ...evidence,
        summary: spokenOf(summary, documents),
        messages: messages.flatMap((one) => partsOf(one, { documents, told }))
          .slice(0, Math.max(messages.length, MOST_MESSAGES)),
        ...(numbers !== undefined && documents.some(({ topic }) => topic === numbers.topic)
          ? {
            numbers: {
              ...numbers,
              topic: `${numbers.topic}/${numbers.field.replaceAll(".", "/")}`,
              field: "$",
            },
          }
          : {}),
      },
    };
  });
}

function spokenOf(text: string, documents: readonly TopicView[]): string {
  return documents.reduce(
    (told, { topic }) => told.replaceAll(`"${topic}"`, () => `"${topic}/#"`),
    text,
  );
}

/** The messages of a document that are told of by their topic or their value; the first where none is. */
function partsOf(
  message: EvidenceMessage,
  { documents, told }: { documents: readonly TopicView[]; told: string },
): EvidenceMessage[] {
  const reading = documents.find(({ topic }) => topic === message.topic)
    ?.readings.find(({ at }) => iso(at) === message.timestamp);
  if (reading === undefined) return [message];
  const parts = messagesOf(reading.sample).map(evidenceOf);
  const named = parts.filter(({ topic }) => told.includes(`"${topic}"`));
  if (named.length > 0) return named;
  const said = parts.filter(({ topic, preview }) =>
    told.includes(topic.slice(topic.lastIndexOf("/") + 1)) ||
    preview.length >= LEAST_SAID && told.includes(preview)
  );
  return said.length > 0 ? said : parts.slice(0, 1);
}

const LEAST_SAID = 3;
