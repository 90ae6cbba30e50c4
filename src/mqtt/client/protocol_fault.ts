/** Reason codes with which such a connection is ended (MQTT 5 §4.13). */
export const MALFORMED_PACKET = 0x81;
export const PROTOCOL_ERROR = 0x82;
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93;
export const TOPIC_ALIAS_INVALID = 0x94;
export const MESSAGE_RATE_TOO_HIGH = 0x96;

/**
 * Something a broker sent that MQTT forbids, after which the connection must be ended (MQTT 5 §4.13). The message says what
 * it was, in words that go on from "the broker sent"; it quotes nothing that was sent.
 */
export class ProtocolFault extends Error {
  override readonly name = "ProtocolFault";

  /** `topic` is that of the PUBLISH in which it was: what is wrong there may come from whoever published it. */
  constructor(readonly code: number, what: string, readonly topic?: string) {
    super(what);
  }
}
