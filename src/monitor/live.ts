// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { Session } from "../session/session.ts";
import type { WatchEvent } from "../watching/watches.ts";
import { type CallEntry } from "./shapes/calls.ts";
import { liveCommandShape, type LiveEvent } from "./shapes/live.ts";
import { type LogEntry } from "./shapes/logs.ts";
import { type WatchRow } from "./shapes/watches.ts";
import { version } from "../config/mod.ts";
import { log } from "../log.ts";
import type { DeviceBoard } from "./device_board.ts";
import { PacketCapture } from "./packets.ts";
import { type TopicSource, TopicWatch } from "./topic_watch.ts";

/** What the hub asks of the monitor around it. */
interface LiveSources {
  /** The snapshot of this second. */
  snapshot(): LiveEvent & { type: "snapshot" };
  /** A session by its id, whoever made it. */
  session(id: string): Session | undefined;
  /** What a session records. */
  topics(session: Session): TopicSource;
  readonly devices: DeviceBoard;
  readonly now: () => number;
}

const BATCH_MS = 250;
const MOST_IN_BATCH = 200;
const MOST_VIEWERS = 200;
const MOST_WATCHED = 20;
/** A hundred open levels and a topic, each as long as MQTT allows, would be more; nobody has that open. */
const COMMAND_MAX_CHARS = 256 * 1024;
/** Whoever looks at topics, and however many: working out what changed takes no more than this share of the time. */
const LARGEST_SHARE = 0.1;
/** A viewer that has this much unread gets nothing more until it has read; a page that sleeps costs no memory. */
const UNREAD_MAX_BYTES = 1024 * 1024;
/** A viewer that read nothing for this many seconds is dropped; its page connects again when it wakes up. */
const STALLED_SECONDS = 30;

/** A viewer that answers no ping within this many seconds is gone. */
const PING_SECONDS = 30;

interface Viewer {
  readonly socket: WebSocket;
  /** The login that it came with; null where it had none, or the token itself. */
  readonly login: string | null;
  readonly watching: Set<string>;
  topics: TopicWatch | null;
  /** The version of the devices that it has; null where it does not look at them. */
  devices: number | null;
  stalledSeconds: number;
  quietSeconds: number;
}

/** Those who look at the monitor at the moment. Each event is made and serialised once, for all of them. */
export class LiveHub {
  readonly #sources: LiveSources;
  readonly #viewers = new Set<Viewer>();
  readonly #captures = new Map<string, PacketCapture>();
  #calls: CallEntry[] = [];
  #callsSkipped = 0;
  #lines: LogEntry[] = [];
  #linesSkipped = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  #looking = false;
  #nextLookAt = 0;

  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  /** How many look. */
  get size(): number {
    return this.#viewers.size;
  }

  /** Whether one more may look. */
  get hasRoom(): boolean {
    return this.#viewers.size < MOST_VIEWERS;
  }

  /** Serves an open socket until it closes. */
  serve(socket: WebSocket, login: string | null): void {
    const viewer: Viewer = {
      socket,
      login,
      watching: new Set(),
      topics: null,
      devices: null,
      stalledSeconds: 0,
      quietSeconds: 0,
    };
    socket.onmessage = (event) => this.#command(viewer, event.data);
    socket.onclose = () => this.#leave(viewer);
    socket.onerror = () => this.#leave(viewer);
    socket.on("pong", () => viewer.quietSeconds = 0);
    this.#viewers.add(viewer);
    this.#timer ??= setInterval(() => this.#flush(), BATCH_MS);
    this.#send(viewer, { type: "hello", version });
    this.#send(viewer, this.#sources.snapshot());
  }

  /** Sends away whoever came with this login. */
  endLogin(login: string): void {
    for (const viewer of [...this.#viewers]) {
      if (viewer.login === login) this.#drop(viewer, 1008, "Logged out");
    }
  }

  /** Tells of a call that has ended. */
  call(entry: CallEntry): void {
    if (this.#viewers.size === 0) return;
    if (this.#calls.length < MOST_IN_BATCH) this.#calls.push(entry);
    else this.#callsSkipped++;
  }

  /** Tells of a watch that was met or is over. */
  watch(event: WatchEvent["type"], watch: () => WatchRow): void {
    if (this.#viewers.size > 0) this.#broadcast({ type: "watch", event, watch: watch() });
  }

  /** Tells of a line of the log. */
  line(entry: LogEntry): void {
    if (this.#viewers.size === 0) return;
    if (this.#lines.length < MOST_IN_BATCH) this.#lines.push(entry);
    else this.#linesSkipped++;
  }

  /** Sends the snapshot of a second; costs nothing while nobody looks. */
  tick(): void {
    if (this.#viewers.size === 0) return;
    for (const viewer of this.#viewers) {
      const stalled = viewer.socket.bufferedAmount > UNREAD_MAX_BYTES;
      viewer.stalledSeconds = stalled ? viewer.stalledSeconds + 1 : 0;
      if (viewer.stalledSeconds > STALLED_SECONDS) this.#drop(viewer, 1008, "It read nothing");
      viewer.quietSeconds++;
      if (viewer.quietSeconds % PING_SECONDS !== 0) continue;
      if (viewer.quietSeconds > PING_SECONDS) this.#drop(viewer, 1008, "It is gone");
      else viewer.socket.ping();
    }
    this.#broadcast(this.#sources.snapshot());
  }

  /** Ends what belongs to a session that has ended. */
  sessionEnded(sessionId: string): void {
    this.#stopWatching(sessionId, [...this.#viewers]);
    for (const viewer of this.#viewers) {
      if (viewer.topics?.sessionId === sessionId) viewer.topics = null;
    }
  }

  /** Sends everyone away. */
  close(): void {
    for (const viewer of [...this.#viewers]) this.#drop(viewer, 1001, "The monitor is stopping");
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #flush(): void {
    if (this.#calls.length > 0) {
      const event = { type: "calls", calls: this.#calls, skipped: this.#callsSkipped } as const;
      this.#calls = [];
      this.#callsSkipped = 0;
      this.#broadcast(event);
    }
    if (this.#lines.length > 0) {
      const event = { type: "logs", lines: this.#lines, skipped: this.#linesSkipped } as const;
      this.#lines = [];
      this.#linesSkipped = 0;
      this.#broadcast(event);
    }
    void this.#showTopics();
    this.#showDevices();
    for (const [sessionId, capture] of this.#captures) {
      const taken = capture.take();
      if (taken.packets.length === 0) continue;
      this.#broadcast(
        { type: "packets", session_id: sessionId, ...taken },
        (viewer) => viewer.watching.has(sessionId),
      );
    }
  }

  /** Tells viewers what changed in the topics that they look at. Never throws. */
  async #showTopics(): Promise<void> {
    if (this.#looking || performance.now() < this.#nextLookAt) return;
    this.#looking = true;
    const started = performance.now();
    try {
      for (const viewer of this.#viewers) await this.#showTopicsTo(viewer);
    } finally {
      const ended = performance.now();
      this.#nextLookAt = ended + (ended - started) / LARGEST_SHARE - BATCH_MS;
      this.#looking = false;
    }
  }

  async #showTopicsTo(viewer: Viewer): Promise<void> {
    const watch = viewer.topics;
    if (watch === null || viewer.socket.bufferedAmount > UNREAD_MAX_BYTES) return;
    try {
      const event = await watch.changes();
      // meanwhile the viewer may have begun to look elsewhere
      if (event !== null && viewer.topics === watch) this.#send(viewer, event);
    } catch (error) {
      viewer.topics = null;
      log("monitor").error("Bug: looking at topics failed: {error}", { error });
    }
  }

  #showDevices(): void {
    const looking = [...this.#viewers].filter(({ devices }) => devices !== null);
    if (looking.length === 0) return;
    const { devices } = this.#sources;
    devices.refresh();
    for (const viewer of looking) {
      if (viewer.socket.bufferedAmount > UNREAD_MAX_BYTES) continue;
      const event = devices.eventSince(viewer.devices ?? 0);
      if (event === null) continue;
      viewer.devices = devices.version;
      sendText(viewer.socket, event);
    }
  }

  #command(viewer: Viewer, data: unknown): void {
    const command = parseCommand(data);
    if (command === null) {
      this.#send(viewer, { type: "error", message: "Cannot read the command" });
      return;
    }
    if (command.type === "unwatch_packets") {
      this.#stopWatching(command.session_id, [viewer]);
      return;
    }
    if (command.type === "unwatch_topics") {
      viewer.topics = null;
      return;
    }
    if (command.type === "watch_devices" || command.type === "unwatch_devices") {
      viewer.devices = command.type === "watch_devices" ? 0 : null;
      this.#showDevices();
      return;
    }
    const session = this.#sources.session(command.session_id);
    if (command.type === "watch_topics") {
      // Where the session has ended there is nothing to tell: the snapshots do not have it either.
      if (session === undefined) viewer.topics = null;
      else if (viewer.topics?.sessionId === session.id) viewer.topics.update(command);
      else viewer.topics = new TopicWatch(command, this.#sources.topics(session));
      void this.#showTopicsTo(viewer);
      return;
    }
    if (session === undefined) {
      this.#send(viewer, { type: "error", message: "Cannot show packets: the session has ended" });
    } else if (viewer.watching.size >= MOST_WATCHED) {
      this.#send(viewer, { type: "error", message: "Cannot show packets of more sessions" });
    } else {
      viewer.watching.add(session.id);
      if (!this.#captures.has(session.id)) {
        this.#captures.set(session.id, new PacketCapture(session, this.#sources));
      }
    }
  }

  #stopWatching(sessionId: string, viewers: readonly Viewer[]): void {
    for (const viewer of viewers) viewer.watching.delete(sessionId);
    if ([...this.#viewers].some((viewer) => viewer.watching.has(sessionId))) return;
    this.#captures.get(sessionId)?.[Symbol.dispose]();
    this.#captures.delete(sessionId);
  }

  #leave(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    for (const sessionId of [...viewer.watching]) this.#stopWatching(sessionId, [viewer]);
    if (this.#viewers.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#calls = [];
    this.#lines = [];
  }

  #drop(viewer: Viewer, code: number, reason: string): void {
    this.#leave(viewer);
    try {
      viewer.socket.close(code, reason);
      // One that does not read does not answer either.
      if (viewer.socket.bufferedAmount > UNREAD_MAX_BYTES) viewer.socket.terminate();
    } catch {
      // It is closing already.
    }
  }

  #broadcast(event: LiveEvent, to: (viewer: Viewer) => boolean = () => true): void {
    let text: string | null = null;
    for (const viewer of this.#viewers) {
      if (!to(viewer) || viewer.socket.bufferedAmount > UNREAD_MAX_BYTES) continue;
      text ??= JSON.stringify(event);
      sendText(viewer.socket, text);
    }
  }

  #send(viewer: Viewer, event: LiveEvent): void {
    sendText(viewer.socket, JSON.stringify(event));
  }
}

function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}

function parseCommand(data: unknown) {
  if (typeof data !== "string" || data.length > COMMAND_MAX_CHARS) return null;
  try {
    return liveCommandShape.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
