import type { Qos } from "../message.ts";

/** One topic filter of a SUBSCRIBE. */
export interface SubscribeRequest {
  readonly filter: string;
  readonly qos: Qos;
  /** MQTT 5 only (§3.8.2.1.2). */
  readonly subscriptionIdentifier?: number;
  /** MQTT 5 only: 2 asks for no retained messages (§3.8.3.1). Default: 0. */
  readonly retainHandling?: 0 | 1 | 2;
  /** MQTT 5 only: live messages keep the retain flag they were published with (§3.8.3.1). Default: false. */
  readonly retainAsPublished?: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What a broker answered to a SUBSCRIBE. */
export interface SubscribeOutcome {
  /** 0, 1, 2 = granted QoS, from 0x80 on refused. */
  readonly code: number;
  /** Its own words (MQTT 5), as they may be shown. */
  readonly said?: string;
}
