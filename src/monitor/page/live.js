/**
 * The live link: one WebSocket that heals by itself. When it drops, what is shown stays and is marked as old; nothing
 * else is asked instead, so that what one sees is either live or said not to be.
 */
import { ask } from "./api.js";
import { Press } from "./press.js";
import { useEffect, useState } from "./view.js";

/**
 * @typedef {import("../shapes/live.ts").LiveEvent} LiveEvent
 * @typedef {Extract<LiveEvent, { type: "snapshot" }>} Snapshot
 * @typedef {Omit<Extract<import("../shapes/live.ts").LiveCommand, { type: "watch_topics" }>, "type" | "watch">} TopicRequest
 * @typedef {Extract<LiveEvent, { type: "topics" }>} TopicsEvent
 * @typedef {{ state: "connecting" | "live" | "reconnecting", since: number, retryAt: number | null, healed?: "link" | "restart" }} LinkState
 *   healed: it was lost before, and whether the server was started anew meanwhile
 */

/** A snapshot comes every second; after this long without one the link is taken for dead. */
const SILENCE_MS = 6_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;

/** @type {Map<string, Set<(event: any) => void>>} */
const listeners = new Map();
/** @type {Set<() => void>} */
const followers = new Set();
/** Sessions whose packets somebody looks at, asked for again after each reconnect. @type {Map<string, number>} */
const watched = new Map();

/** What is looked at of a session's topics, asked for again after each reconnect. @type {TopicRequest | null} */
let topicRequest = null;
let topicWatch = 0;
/** How many parts of the page look at the devices. */
let devicesWatched = 0;

/** While it lasts nothing of what is shown may move. */
export const pressed = new Press();
/** @type {WebSocket | null} */
let socket = null;
/** @type {LinkState} */
let link = { state: "connecting", since: Date.now(), retryAt: null };
/** @type {Snapshot | null} */
let snapshot = null;
let failures = 0;
let lastHeardAt = 0;
/** Milliseconds the server's clock is ahead of this one. */
let clockAheadMs = 0;
/** How often the link has come up: history is read again after each. */
let generation = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retryTimer;

/** Opens the link and keeps it. Call once. */
export function startLiveLink() {
  connect();
  setInterval(() => {
    if (socket !== null && lastHeardAt > 0 && Date.now() - lastHeardAt > SILENCE_MS) socketLost();
  }, 1_000);
  addEventListener("online", retryNow);
  addEventListener("pointerdown", () => pressed.begin(), { capture: true });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => pressed.end(), { capture: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") retryNow();
  });
}

/** Tries at once instead of waiting for the next attempt. */
export function retryNow() {
  if (socket === null) connect();
}

function connect() {
  clearTimeout(retryTimer);
  const url = new URL("api/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  const opened = new WebSocket(url);
  socket = opened;
  lastHeardAt = Date.now();
  opened.onmessage = ({ data }) => {
    pressed.tell(() => {
      if (socket === opened) receive(data);
    });
  };
  opened.onclose = () => {
    if (socket === opened) socketLost();
  };
}

function socketLost() {
  const old = socket;
  socket = null;
  if (old !== null) {
    old.onmessage = old.onclose = null;
    old.close();
  }
  const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) *
    (0.8 + Math.random() * 0.4);
  failures++;
  const since = link.state === "reconnecting" ? link.since : Date.now();
  setLink({ state: "reconnecting", since, retryAt: Date.now() + wait });
  retryTimer = setTimeout(connect, wait);
  // A refused login also looks like a lost link; asking once goes to the login page then.
  if (failures % 3 === 1) ask("api/status").catch(() => {});
}

/** @param {string} data */
function receive(data) {
  /** @type {LiveEvent} */
  const event = JSON.parse(data);
  lastHeardAt = Date.now();
  if (event.type === "snapshot") {
    const before = snapshot;
    snapshot = event;
    clockAheadMs = Date.parse(event.status.timestamp) - Date.now();
    if (link.state !== "live") comeUp(before, event);
    else tellFollowers();
  }
  for (const listener of listeners.get(event.type) ?? []) listener(event);
}

/** @param {Snapshot | null} before @param {Snapshot} now */
function comeUp(before, now) {
  const startedAt = Date.parse(now.status.timestamp) - now.status.uptime_s * 1000;
  const isNew = before !== null && startedAt > Date.parse(before.status.timestamp) - 1_000;
  failures = 0;
  generation++;
  for (const sessionId of watched.keys()) send({ type: "watch_packets", session_id: sessionId });
  if (topicRequest !== null) watchTopics(topicRequest);
  if (devicesWatched > 0) send({ type: "watch_devices" });
  setLink({
    state: "live",
    since: Date.now(),
    retryAt: null,
    ...(before !== null && { healed: isNew ? "restart" : "link" }),
  });
}

/** @param {LinkState} next */
function setLink(next) {
  link = next;
  tellFollowers();
}

function tellFollowers() {
  for (const follower of [...followers]) follower();
}

/** @param {object} command */
function send(command) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
}

/** The server's time in ms since the epoch. */
export function serverNow() {
  return Date.now() + clockAheadMs;
}

/**
 * Hears events of one type for as long as the caller is shown.
 * @param {LiveEvent["type"]} type
 * @param {(event: any) => void} listener
 * @returns {() => void} ends it
 */
export function onLive(type, listener) {
  const all = listeners.get(type) ?? new Set();
  listeners.set(type, all.add(listener));
  return () => void all.delete(listener);
}

/**
 * Has the devices judged and sent for as long as somebody looks.
 * @returns {() => void} ends it
 */
export function watchDevices() {
  devicesWatched++;
  send({ type: "watch_devices" });
  return () => {
    if (--devicesWatched === 0) send({ type: "unwatch_devices" });
  };
}

/**
 * Has the packets of a session sent for as long as somebody looks.
 * @param {string} sessionId
 * @returns {() => void} ends it
 */
export function watchPackets(sessionId) {
  watched.set(sessionId, (watched.get(sessionId) ?? 0) + 1);
  if (watched.get(sessionId) === 1) send({ type: "watch_packets", session_id: sessionId });
  return () => {
    const left = (watched.get(sessionId) ?? 1) - 1;
    if (left > 0) return void watched.set(sessionId, left);
    watched.delete(sessionId);
    send({ type: "unwatch_packets", session_id: sessionId });
  };
}

/**
 * Has the topics of a session sent, the whole at first and then what changes; null ends it. There is one such watch: the
 * next takes the place of the one before.
 * @param {TopicRequest | null} request
 */
export function watchTopics(request) {
  topicRequest = request;
  topicWatch++;
  if (request === null) send({ type: "unwatch_topics" });
  else send({ type: "watch_topics", watch: topicWatch, ...request });
}

/** The number of the watch that is asked for now. */
export function currentTopicWatch() {
  return topicWatch;
}

/**
 * The latest snapshot, the state of the link, and how often it has come up.
 * @returns {{ snapshot: Snapshot | null, link: LinkState, generation: number }}
 */
export function useLive() {
  const [, rerender] = useState({});
  useEffect(() => {
    const follow = () => rerender({});
    followers.add(follow);
    return () => void followers.delete(follow);
  }, []);
  return { snapshot, link, generation };
}

/** How often the link has come up; changes only then. */
export function useGeneration() {
  const [seen, setSeen] = useState(generation);
  useEffect(() => {
    const follow = () => setSeen(generation);
    follow();
    followers.add(follow);
    return () => void followers.delete(follow);
  }, []);
  return seen;
}
