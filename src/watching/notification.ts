/** What is posted about a watch, as ntfy and as webhooks take it. Pure. */
import { isoTime } from "../iso_time.ts";
import type { NotifyTarget } from "./notify_target.ts";
import { endInWords, postInWords } from "./telling.ts";
import type { WatchEvent } from "./watches.ts";

/** What is to be told of a watch; it stays as it is while it waits. */
export interface Post {
  readonly event: WatchEvent["type"];
  readonly title: string;
  readonly text: string;
  readonly watch: Readonly<Record<string, string | number | null>>;
}

/** A request that is to be made. */
export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One encoded word of RFC 2047 holds at most 75 characters: so many bytes as base64 beside its frame. */
const WORD_BYTES = 45;

/** What is to be told of something that just happened. */
export function postOf({ type, watch }: WatchEvent): Post {
  return {
    event: type,
    ...postInWords(watch),
    watch: {
      watch_id: watch.id,
      name: watch.name,
      broker: watch.broker,
      since: isoTime(watch.since),
      met: watch.met,
      last_met_at: watch.last === null ? null : isoTime(watch.last.at),
      ended: watch.ended === null ? null : endInWords(watch.ended.why),
    },
  };
}

/** The request that posts it; `lost` ones before it could not be delivered. */
export function requestOf(
  { event, title, text, watch }: Post,
  { target, lost }: { target: Pick<NotifyTarget, "form" | "authorization">; lost: number },
): PostRequest {
  const told = lost === 0 ? text : `${text}\n${lost} earlier posts were lost.`;
  const { authorization } = target;
  const login: Record<string, string> = authorization === null ? {} : { authorization };
  const priority = event === "met" ? 4 : 3;
  if (target.form === "text") {
    return {
      headers: {
        ...login,
        "content-type": "text/plain; charset=utf-8",
        title: headerText(title),
        priority: String(priority),
        tags: event === "met" ? "bell" : "zzz",
      },
      body: told,
    };
  }
  const line = `${title}\n${told}`;
  return {
    headers: { ...login, "content-type": "application/json" },
    body: JSON.stringify({
      event,
      title,
      // by these names chats and push services find the text: Gotify, Slack and Mattermost, Discord
      message: told,
      text: line,
      content: line,
      allowed_mentions: { parse: [] },
      priority,
      watch,
    }),
  };
}

/** A text as a header may hold it: ASCII as it is, anything else as encoded words (RFC 2047). */
export function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes("=?")) return text.trim();
  const words: string[] = [];
  let word = "";
  const encoder = new TextEncoder();
  for (const char of text) {
    if (encoder.encode(word + char).length > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += char;
  }
  words.push(word);
  return words.map((part) => `=?UTF-8?B?${encoder.encode(part).toBase64()}?=`).join(" ");
}
