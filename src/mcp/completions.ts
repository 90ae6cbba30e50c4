/** Values that a person who fills in a prompt or a resource's address can choose from. */
import type { CompleteResult } from "@modelcontextprotocol/server";
import { ownerOfTopic } from "../analysis/device/mod.ts";
import type { MessageLog } from "../collect/message_log.ts";
import type { Core } from "../core.ts";
import { shownText } from "../tools/shown_text.ts";

/** The protocol's bound. */
const MOST_VALUES = 100;
/** Topics looked at for one answer. */
const MOST_TOPICS = 5_000;

/** What fits the beginning of an argument: ids of sessions and collections, and what was recorded or collected in them. */
export function completeArgument(
  argument: { readonly name: string; readonly value: string },
  { core, clientId }: { readonly core: Core; readonly clientId: string },
): CompleteResult {
  const sessions = core.sessions.list(clientId);
  const collections = () => sessions.flatMap(({ id }) => core.collections.ofSession(id));
  function topics(): string[] {
    const logs = sessions.flatMap(({ id }): MessageLog[] => {
      const recorded = core.recordings.logOf(id);
      return recorded === null ? [] : [recorded];
    });
    const all = [...logs, ...collections().map(({ log }) => log)];
    return all.flatMap((log) => log.topics.map(({ topic }) => topic)).slice(0, MOST_TOPICS);
  }
  const known: Readonly<Record<string, () => string[]>> = {
    session_id: () => sessions.map(({ id }) => id),
    collection_id: () => collections().map(({ id }) => id),
    topic: topics,
    device: () => topics().flatMap((topic) => ownerOfTopic(topic) ?? []),
  };
  const wanted = argument.value.toLowerCase();
  const values = Object.hasOwn(known, argument.name) ? known[argument.name]() : [];
  const fitting = [...new Set(values)]
    // a name that cannot be shown as it is cannot be chosen either
    .filter((value) => value.toLowerCase().startsWith(wanted) && shownText(value) === value)
    .sort();
  return {
    completion: {
      values: fitting.slice(0, MOST_VALUES),
      total: fitting.length,
      hasMore: fitting.length > MOST_VALUES,
    },
  };
}
