import type { DecodedPayload, JsonValue } from "../../../payload/payload.ts";
import type { Finding } from "../finding_shape.ts";
import type { DeviceIdentity, DiscoveryRecord } from "../naming/identity.ts";
import type { Sample } from "../reading/trace.ts";
import type { DeviceView, Reading, TopicView } from "../reading/view.ts";

/**
 * What a topic is for. `availability` holds statements about the device, `bridge` about what
 * connects it, `state` its values, `reply` answers to commands, `info` what it tells about itself.
 */
export type TopicRole =
  | "state"
  | "availability"
  | "command"
  | "reply"
  | "event"
  | "info"
  | "log"
  | "discovery"
  | "bridge";

/** What an availability message says. */
export type Statement = "online" | "offline" | "sleeping" | "starting";

/** A document or notice that may tell which topics belong to the device. */
export interface Document {
  readonly topic: string;
  readonly segments: readonly string[];
  /** Undefined when the payload is no JSON; the text then counts. */
  readonly value: JsonValue | undefined;
  readonly text: string;
  readonly empty: boolean;
  readonly retain: boolean;
  readonly at: number;
}

/** Trouble that a message reports. */
export interface Trouble {
  readonly level: "error" | "warning";
  /** Alike troubles share it; with every number as `#`. */
  readonly kind: string;
  /** Reported less often, it may as well be nothing. */
  readonly leastTimes?: number;
}

/** What a number in a payload is, which says how it may be judged. */
export type FieldKind =
  | "reading"
  | "counter"
  | "setting"
  | "time"
  | "signal"
  | "battery"
  /** A flag, a code, a capability, or a value of another device: no number of this device's. */
  | "ignored";

/** From where on a signal is weak, on the scale of its technology. */
interface SignalScale {
  readonly weakAt: number;
  /** With a leading space: ` dBm`, ` %`, ` of 255`. */
  readonly unit: string;
}

/** A device that is out of reach on purpose and comes back by itself. */
export interface Sleep {
  /** When it was last awake, in milliseconds since the epoch; null when nothing tells. */
  readonly sinceMs: number | null;
  /** How long it sleeps, announced or learnt, in milliseconds; null when nothing tells. */
  readonly periodMs: number | null;
  /** What says so, for the reader: `"tele/x/LWT" says DeepSleep`. */
  readonly evidence: string;
}

/** A device as the topics alone show it. */
export interface TopicOwner {
  /** The levels that name it, without prefixes that say only what a topic is for. */
  readonly name: string;
  /** The same for all topics of the device, and for no other device's of the family. */
  readonly key: string;
}

/**
 * What is special about one family of devices. A family knows its own topics, words and numbers,
 * and the engine knows no family. All methods are pure but for `identity`, and never throw: what
 * they read comes from strangers. What a family leaves out is judged as for any device.
 */
export interface Family<Name extends string = string> {
  /** As the report names it, in `convention`. */
  readonly name: Name;
  /** As people call it. */
  readonly title: string;
  /** It describes devices of other families (a discovery), and so is told after them. */
  readonly describesOthers?: true;
  /** Topic filters on which it speaks of its devices apart from their own topics. */
  readonly filters?: readonly string[];
  /** Its documents speak of many devices: each message of them is read anew. */
  readonly sharesDocuments?: true;
  /** An empty payload is a command too: it asks for a value. */
  readonly emptyCommands?: true;
  /** It counts messages over several topics, so a number missing on one says nothing. */
  readonly countsOverTopics?: true;
  /** It says that it is online when it has connected, and at no other time. */
  readonly greetsOnce?: true;
  /** Its messages hold what changed, so that what one of them leaves out is as it was. */
  readonly tellsChanges?: true;
  /** Below this level it tells whether its gateway is there, where that is not `bridge`. */
  readonly gatewayLevel?: string;
  /** Its devices are of all makers, and what they tell is named by decoders. */
  readonly isOfAllMakers?: true;
  /** Set where what is heard are beacons, whose `voltage` is that of their battery. */
  readonly hearsBeacons?: true;
  /** Topics by which one message reaches many devices or what runs them, the closest first. */
  readonly wideTopics?: readonly { readonly pattern: RegExp; readonly what: string }[];
  /** Cheap test on the topic alone: may its payload tell which topics belong to a device? */
  isDocument?(segments: readonly string[]): boolean;
  /**
   * Takes from a document what it says about the device. Returns true when the message itself
   * belongs to the device (its discovery document, a bridge's log line about it).
   */
  learn?(document: Document, identity: DeviceIdentity): boolean;
  /** The levels by which a topic says what it tells, where a code stands there for what it is. */
  tellingLevels?(segments: readonly string[]): readonly string[];
  /** What a topic of the device is for, or null when it does not look like this family's. */
  roleOf(segments: readonly string[], identity: DeviceIdentity): TopicRole | null;
  /** Whose a topic is, told by the topic alone; null when it is not this family's or no device's. */
  ownerOf?(segments: readonly string[]): TopicOwner | null;
  /** A tree that names no device, and is that of the only one that speaks to what is told there; null where it is nobody's. */
  treeOfOnly?(
    own: ReadonlyMap<string, unknown>,
    others: ReadonlyMap<string, unknown>,
  ): string | null;
  /** Further topic filters of the device that the levels of a filter mean. */
  filtersBeside?(segments: readonly string[]): string[];
  /** What a payload on an availability topic says, where that differs from the common words. */
  statementOf?(segments: readonly string[], text: string): Statement | null;
  /** The topics where an answer to a command belongs; empty when any message of the device will do. */
  replyTopics?(segments: readonly string[], identity: DeviceIdentity): string[];
  /** Whether a topic by its name holds answers to commands and nothing else; what others call so may tell on and on. */
  onlyAnswers?(segments: readonly string[]): boolean;
  /** Whether a command only shows or says something, which nobody answers. */
  needsNoAnswer?(segments: readonly string[]): boolean;
  /** The topic filter of the answer to a command, told by its topic and payload alone. */
  expectedReply?(segments: readonly string[], payload: JsonValue): string | null;
  /** Topic filters of the same answer where a setting moves it, or it is told in several messages. */
  furtherReplies?(segments: readonly string[], payload: JsonValue): string[];
  /** Of a command to the gateway itself: the topic on which that tells whether it is online. */
  gatewayState?(segments: readonly string[]): string | null;
  /** What a command lacks for being answered, in words with the way out; null where nothing does. */
  missingForReply?(segments: readonly string[], payload: JsonValue): string | null;
  /** Statements that share it are one story of coming and going; else each topic tells its own. */
  storyOf?(segments: readonly string[]): string | null;
  /**
   * Whether a statement on an availability or bridge topic counts: a last will of an earlier
   * connection does not. `others` are all messages of its device on such topics.
   */
  counts?(message: TopicReading, others: readonly TopicReading[]): boolean;
  /**
   * The trouble that a message reports: null for none, undefined to have it judged by its words as
   * any other. Asked for topics of every role.
   */
  troubleOf?(topic: TopicView, reading: Reading): Trouble | null | undefined;
  /** The content in which words of trouble stand, where that is not the payload as it is. */
  judged?(reading: Reading): DecodedPayload | null;
  /** What a number of a topic is, or null to have it judged by its name. */
  fieldKind?(path: string, topic: TopicView, view: DeviceView): FieldKind | null;
  /** Whether a measured value of none is that of a sensor that does not answer, and never of one that is not there. */
  isLostBlank?(path: string, topic: TopicView): boolean;
  /** The scale of a signal, or null to have it judged by its name and sign. */
  signalScale?(path: string, topic: TopicView, view: DeviceView): SignalScale | null;
  /** Messages of a topic that each say the device has started anew. */
  restarts?(topic: TopicView): Sample[];
  /** Messages lost on the way, where the family counts them in its own way. */
  missingMessages?(view: DeviceView): Finding[];
  /** What the family alone can tell is wrong, from its own documents and topics. */
  ownFindings?(view: DeviceView): Finding[];
  /**
   * The sleep that the device is in or sleeps again and again, whether or not its next report is
   * overdue; null for a device that is always awake. The engine judges what is overdue.
   */
  sleepOf?(view: DeviceView): Sleep | null;
  /** Longest time without a sign of a device that is well, in milliseconds. */
  quietLimitMs?(view: DeviceView): number | null;
  /** Seconds at which a topic's payload announces to report, or null when it is no announcement. */
  announcedIntervalS?(topic: TopicView): number | null;
  /**
   * Whether a discovery document's device still exists, where the family keeps the list of devices
   * that decides it; null when it is not for this family to say.
   */
  lists?(record: DiscoveryRecord, identity: DeviceIdentity): "listed" | "gone" | null;
}

/** A message with its topic's levels. */
export interface TopicReading {
  readonly segments: readonly string[];
  readonly reading: Reading;
}
