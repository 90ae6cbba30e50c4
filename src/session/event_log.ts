import { formatAuthority } from "../mqtt/connection_string.ts";
import { log } from "../log.ts";
import type { SessionEvent } from "./session.ts";

/** Writes a line for what happened to a session: that it is there or gone at `info`, that it hears nothing at `warning`. */
export function logSessionEvent({ type, sessionId, broker, detail }: SessionEvent): void {
  const facts = {
    session: sessionId.slice(0, 8),
    broker: broker.name ?? formatAuthority(broker),
    detail,
  };
  const logger = log("session");
  switch (type) {
    case "opened":
      return logger.info("Session {session} {detail} to {broker}", facts);
    case "lost":
      return logger.warning("Session {session} lost {broker}: {detail}", facts);
    case "gave_up":
      return logger.warning("Session {session} gave {broker} up: {detail}", facts);
    case "restored":
      return logger.info("Session {session} has {broker} back: {detail}", facts);
    case "expired":
      return logger.info("Session {session} to {broker} expired", facts);
    case "closed":
      return logger.info("Session {session} to {broker} was closed", facts);
  }
}
