/** A small broker as a file describes it: what is sent, what is asked, and what a right answer says. */

/** A metric of a Sparkplug payload. */
export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly type?: string;
  /** Sends the value without a type, as data messages do that refer to a birth. */
  readonly as?: string;
  readonly value: number | boolean | string | null;
  readonly quality?: number;
  readonly historical?: boolean;
  /** Seconds between the sending and the metric's timestamp. */
  readonly offset?: number;
}

/** A Sparkplug payload, encoded when it is sent. */
export interface SparkplugPayload {
  readonly seq?: number;
  /** Seconds between the sending and the payload's timestamp. */
  readonly offset?: number;
  readonly no_timestamp?: boolean;
  readonly metrics?: readonly SparkplugMetric[];
}

/** A message of a case. Exactly one of `payload`, `hex` and `sparkplug` says what is in it. */
export interface CaseMessage {
  readonly topic: string;
  /** Text, or JSON. Times in it are templates such as `{{iso:-60}}`. */
  readonly payload?: unknown;
  readonly hex?: string;
  /** The size in bytes that `hex` is filled up to. */
  readonly pad_to?: number;
  readonly sparkplug?: SparkplugPayload;
  readonly retain?: boolean;
  readonly qos?: 0 | 1 | 2;
  /** Seconds after connecting; none, or less than 0: before connecting. */
  readonly at?: number;
}

/** A call of a tool, and what its text must and must not hold. */
export interface CaseCall {
  readonly tool: string;
  readonly args: { readonly device_id?: string; readonly duration?: number };
  /** Seconds after connecting. */
  readonly at?: number;
  readonly expect?: {
    readonly must?: readonly string[];
    readonly must_not?: readonly string[];
    readonly max_chars?: number;
  };
}

/** What holds for each diagnosis of a case; texts are regular expressions, without regard to case. */
export interface CaseExpectation {
  /** False: the device is healthy, and any finding above `info` is a false one. */
  readonly blamed?: boolean;
  /** Each matches code, title or summary of a finding; of a reported error its messages too. */
  readonly must_find?: readonly string[];
  /** Findings that count neither as right nor as false. */
  readonly may?: readonly string[];
  /** A finding that matches is a false one. */
  readonly must_not?: readonly string[];
  /** The start of `connection.state`. */
  readonly state?: string;
}

/** One file of `tests/cases`. */
export interface Case {
  readonly name: string;
  readonly family: string;
  /** Where it is documented that the system sends this. */
  readonly source: string;
  readonly messages: readonly CaseMessage[];
  readonly expect: CaseExpectation;
  readonly calls: readonly CaseCall[];
}

/** Reads all cases of a folder, in the order of their file names. */
export async function readCases(folder: string | URL): Promise<Case[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && /^(?!known_wrong).*\.json$/.test(entry.name)) names.push(entry.name);
  }
  const at = folder instanceof URL ? folder.href : `${folder.replace(/\/$/, "")}/`;
  return await Promise.all(
    names.sort().map(async (name) => {
      const path = folder instanceof URL ? new URL(name, at) : `${at}${name}`;
      return JSON.parse(await Deno.readTextFile(path)) as Case;
    }),
  );
}
