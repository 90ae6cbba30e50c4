/** Why a stage failed and the way out of it, in words, for what a check saw. */
import { MqttMcpError, OperationError } from "../../errors.ts";
import type { LostConnection, MqttVersion } from "../client/connection.ts";
import { explainHangUp, type OwnRequest } from "../hang_up.ts";
import { SCRATCH_FILTER } from "../own_topics.ts";
import type { CheckName } from "./report.ts";
import { StageTimeout } from "./time_limits.ts";
import { fail, type Verdict, warn } from "./verdict.ts";

/** What helps with a message that was sent and did not come back. */
export function silentHint(version: MqttVersion, acknowledged: boolean): string {
  const what = version === "5" && acknowledged
    ? `the broker took it, so its access list most likely forbids this user to read ${SCRATCH_FILTER}`
    : `the broker most likely dropped it without a word because its access list forbids this user to publish to (or read) ${SCRATCH_FILTER}`;
  return version === "3.1.1"
    ? `${what}; MQTT 3.1.1 has no way to say so, with MQTT 5 (protocol=5) it would be told`
    : what;
}

/** The failure of a stage that sends messages; `lost` tells how its connection ended, if it did. */
export function messageFailure(
  name: CheckName,
  error: unknown,
  lost: LostConnection | null,
): Verdict {
  const refused = error instanceof OperationError && error.code === "NOT_AUTHORIZED";
  if (refused && publishes(name)) return publishingRefused(error.message);
  if (lost?.reasonCode === NOT_AUTHORIZED && publishes(name)) {
    return publishingRefused(`the broker hung up over the message: ${lost.reason}`);
  }
  if (lost !== null) {
    return fail(`the connection ended here: ${lost.reason}`, explainLoss(name, lost));
  }
  if (error instanceof StageTimeout) {
    return fail(
      `nothing came back within ${error.timeoutMs} ms`,
      "the broker is overloaded or stuck, or something between drops packets",
    );
  }
  if (!(error instanceof MqttMcpError)) throw error;
  return fail(error.message, error.hint);
}

/** Its number in MQTT 5 (§2.4). */
const NOT_AUTHORIZED = 0x87;

function publishes(name: CheckName): boolean {
  return name.startsWith("publish") || name === "retained";
}

/** A login that only reads is a good one to read with, and whoever wants to publish has to know. */
export function publishingRefused(what: string): Verdict {
  return warn(
    `${what}. Login and subscription passed, this concerns publishing only: the access list does not let this login publish on ${SCRATCH_FILTER} (elsewhere it may): allow writing there to test further`,
  );
}

function explainLoss(name: CheckName, lost: LostConnection): string {
  if (lost.reasonCode === 0x8e) {
    return "another client logged in with the same client id. The test's own is random, so this broker makes ids from the user name: give each client a user of its own, or turn that off (Mosquitto: use_username_as_clientid)";
  }
  const log = "the broker's log tells more";
  if (lost.unanswered.length > 0) return `${explainHangUp(lost.unanswered).wayOut}; ${log}`;
  const { cause, wayOut } = explainHangUp([requestOf(name)]);
  return `most likely the cause is that ${cause}: ${wayOut}; ${log}`;
}

/** What a stage sends that a broker may hang up at. */
function requestOf(name: CheckName): OwnRequest {
  const topic = SCRATCH_FILTER;
  if (name === "subscribe") return { kind: "SUBSCRIBE", topic };
  const qos = name === "publish_qos2" ? 2 : name === "publish_qos0" ? 0 : 1;
  return { kind: "PUBLISH", topic, qos, retain: name === "retained", bytes: 0 };
}
