import { MqttMcpError } from "../../errors.ts";
import type { BrokerTarget } from "../connection_string.ts";
import type { DiagnoseOptions } from "./options.ts";
import type { OpenLink, ScratchLink } from "./scratch_link.ts";
import { fail, pass, type Verdict } from "./verdict.ts";

/** What came of CONNECT, which one packet answers for two stages. */
interface ConnectVerdicts {
  readonly connect: Verdict;
  readonly connectMs: number;
  /** Absent when it did not get that far. */
  readonly authentication?: Verdict;
  /** Null when a stage failed. */
  readonly link: ScratchLink | null;
}

/** Why it is not MQTT 5. */
const FALL_BACKS = {
  none: "",
  refused: " (the broker does not take MQTT 5)",
  silent:
    " (the broker is silent to MQTT 5: write protocol=3.1.1 into the connection string, and connecting is quick)",
};

/**
 * Connects and logs in. `schemeHint` is asked, when the broker did not answer as one, what to write
 * instead.
 */
export async function checkConnect(
  target: BrokerTarget,
  options: DiagnoseOptions,
  { openLink, schemeHint }: { openLink: OpenLink; schemeHint: () => Promise<string | null> },
): Promise<ConnectVerdicts> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  let link: ScratchLink;
  try {
    link = await openLink(options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof MqttMcpError)) throw error;
    if (error.code === "AUTHENTICATION_FAILED") {
      return {
        connect: pass("the broker answered CONNECT"),
        connectMs: elapsed(),
        authentication: fail(error.message, error.hint),
        link: null,
      };
    }
    const connectMs = elapsed();
    const guess = error.code === "NOT_ALLOWED" ? null : await schemeHint();
    return {
      connect: fail(error.message, guess ?? error.hint),
      connectMs,
      link: null,
    };
  }
  const { version } = link.connection;
  const fellBack = FALL_BACKS[link.connection.fellBack ?? "none"];
  const own = target.clientId === undefined
    ? ""
    : `; tested with a client id of its own, so rights that hang on the given one were not seen`;
  return {
    connect: pass(`MQTT ${version}${fellBack}`),
    connectMs: elapsed(),
    authentication: pass(
      target.username === undefined && target.password === undefined
        ? `the broker takes clients without a login${own}`
        : `the login was accepted${own}`,
    ),
    link,
  };
}
