/** Quality of service of a PUBLISH or a subscription (MQTT 5 §4.3). */
export type Qos = 0 | 1 | 2;

/** MQTT 5 properties of a received PUBLISH that mean something to a reader (MQTT 5 §3.3.2.3). */
export interface MessageProperties {
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly userProperties?: Readonly<Record<string, string | string[]>>;
  /** In seconds. */
  readonly messageExpiryInterval?: number;
  readonly payloadFormatIndicator?: boolean;
  /** What is malformed about a property that was left out for it, in words. */
  readonly malformed?: string;
}

/** A PUBLISH as the broker delivered it. */
export interface InboundMessage {
  readonly topic: string;
  /** Only lent: a view into a network buffer, which may be written over after the call it came with. Copy what is kept. */
  readonly payload: Uint8Array;
  readonly qos: Qos;
  /**
   * True only for a retained message that the broker replays because of a SUBSCRIBE: the reader gets it as `replayed`. What
   * is counted, how old something is, and which message a listener owns go by this.
   */
  readonly retain: boolean;
  /** A live message that was published with retain. Known on MQTT 5 to listeners that take no replays (Retain As Published). */
  readonly liveRetain?: true;
  readonly dup: boolean;
  /** When it was received, in milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly properties?: MessageProperties;
}

/** The header of a received PUBLISH (MQTT 5 §3.3). Not to be kept or changed. */
export interface ReceivedPublish {
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly properties?: MessageProperties & { readonly subscriptionIdentifier?: number | number[] };
}
