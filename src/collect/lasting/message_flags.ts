/** What is told of a message in one number, the same in every store. Pure. */
import type { InboundMessage } from "../../mqtt/message.ts";

/** Bits of {@linkcode flagsOf}. */
export const RETAIN = 4;
export const DUP = 8;

/** QoS, retain and dup; larger numbers are free for others. */
export function flagsOf({ qos, retain, dup }: Pick<InboundMessage, "qos" | "retain" | "dup">) {
  return qos | (retain ? RETAIN : 0) | (dup ? DUP : 0);
}

/** The reverse of {@linkcode flagsOf}. */
export function readFlags(flags: number) {
  return {
    qos: (flags & 3) as InboundMessage["qos"],
    retain: (flags & RETAIN) !== 0,
    dup: (flags & DUP) !== 0,
  };
}
