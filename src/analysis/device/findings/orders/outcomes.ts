import { flagOf } from "../../../../payload/flag.ts";
import { leafOf, type Scalar } from "../../reading/fields.ts";
import type { Reading, TopicView } from "../../reading/view.ts";
import { splitWords } from "../../../../payload/severity/split_words.ts";

/** Where it is told whether something goes on, is done, or failed. */
const PHASE = /^(?:status|state|phase|stage|step|result|outcome|progress)$/;
/** What goes on, or waits its turn. */
const GOES_ON =
  /^(?:init|initiated|pending|queued|waiting|wait|scheduled|planned|new|created|submitted|received|accepted|started|starting|(?:in[ _-]?)?progress(?:ing)?|running|processing|executing|working|busy|(?:down|up)loading|installing|printing|sending|sent|moving|opening|closing|verifying|applying|laeuft|läuft|wartet|en cours|en attente)$/i;
/** What is false until the end. */
const AT_END = /^(?:finished|done|completed?|final|ended|isdone|isfinished|fertig)$/;
/** What is only tried out. */
const DRY = /^(?:dryrun|isdryrun|simulated?|simulation|preview|testmode)$/;
/** By what a person is known who tries to get in, or to pay. */
const PERSONAL =
  /^(?:card|badge|rfid|nfc|uid|pin|keypad|fingerprint|face|visitor|guest|payment|quiz|exam|ausweis|karte|badges|cards|idtag|idtaginfo|idtoken|idtokeninfo)$/;
/** By what a program may be known too, which sends commands. */
const LOGGED_IN =
  /^(?:login|logon|logins|signin|user|username|credentials?|passcode|password|access)$/;

/** Where it is told how a try went. */
const TRIED = /^(?:success|result|granted|status|ok|reason|access|outcome|allowed|valid|accepted)$/;
/** What is tested on a bench: what it is, and which one. */
const TESTED = /^(?:test|tests|inspections?|qa|qc|aoi|eol|pruefung|prüfung)$/;
const WHICH =
  /^(?:sn|serial|serialno|serialnumber|part|partid|partno|lot|batch|batchid|dut|sample|piece|unit|product|productid|item|itemid|defecttype|defecttypeid)$/;

/** Whether a field says that something goes on or waits; null where it says nothing of it. */
export function isGoingOn(path: string, value: Scalar | undefined): boolean | null {
  return PHASE.test(leafOf(path)) && typeof value === "string" ? GOES_ON.test(value.trim()) : null;
}

/** Whether it is said that somebody has acknowledged an alarm. */
export function isAcknowledgement({ fields }: Reading, { segments }: TopicView): boolean {
  const words = splitWords((segments.at(-1) ?? "").slice(0, 60));
  return words.some((word) => /^(?:acks?|acknowledge[ds]?|quittiert)$/i.test(word)) &&
    [...fields].some(([path, value]) =>
      /^(?:is)?(?:acked|acknowledged|quittiert)$/.test(leafOf(path)) && flagOf(value) === true
    );
}

/**
 * Whether what reads like a failure is none of the device: it goes on or waits, it is tried out, or somebody else failed
 * (a wrong card, a wrong password, a piece that is bad).
 */
export function isNoFailure({ fields }: Reading, { role, segments }: TopicView): boolean {
  const names = [...fields.keys()].slice(0, 40).flatMap((path) => path.split(".").map(leafOf));
  const levels = segments.slice(-2).flatMap((level) => splitWords(level.slice(0, 60)));
  for (const [path, value] of fields) {
    const name = leafOf(path);
    if (isGoingOn(path, value) === true) return true;
    if (AT_END.test(name) && flagOf(value) === false) return true;
    if (DRY.test(name) && flagOf(value) === true) return true;
  }
  const words = levels.map((word) => word.toLowerCase());
  const isOf = (kind: RegExp) => [...names, ...words].some((word) => kind.test(word));
  if (role !== "reply" && isOf(TESTED) && names.some((name) => WHICH.test(name))) return true;
  return (isOf(PERSONAL) || role !== "reply" && isOf(LOGGED_IN)) &&
    names.some((name) => TRIED.test(name));
}
