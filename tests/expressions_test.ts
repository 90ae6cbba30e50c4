/**
 * Every regular expression of the program on the texts that are worst for it: time grows with the text and no faster, or
 * what it is given is bounded. A new one that can be made to go back and try again fails here.
 */
import assert from "node:assert/strict";
import {
  apply,
  type Attack,
  attacksOn,
  expressionsBuiltBy,
  expressionsIn,
  type FoundExpression,
  repeats,
  textOf,
} from "./support/regular_expressions.ts";
import { cpuMs, growth } from "./support/growth.ts";

const SRC = new URL("../src/", import.meta.url);

/** Expressions that grow faster than their text, by source: what they are given, and how much of it at most. */
const BOUNDED: ReadonlyMap<string, { readonly maxChars: number; readonly given: string }> = new Map(
  Object.entries({
    "\\/+$": { maxChars: 1_000, given: "settings and headers of the operator; a cut template" },
    "\\B(?=(\\d{3})+$)": { maxChars: 25, given: "numbers of our own" },
    "[\\p{L}\\p{M}\\-]*\\p{Nd}[\\p{L}\\p{M}\\p{Nd}\\-:.]*": { maxChars: 400, given: "cut before" },
    "\\.+$": { maxChars: 120, given: "a message of the XML library, cut before" },
    "([A-Z]+)([A-Z][a-z])": { maxChars: 128, given: "names, cut before" },
    "(\\d+(?:\\.\\d+)?)\\s*(days?|hours?|minutes?|seconds?)": {
      maxChars: 200,
      given: "what a broker tells of itself, cut before",
    },
    "^(?:.*[:#\\s])?\\s*(unavailable|unknown|n\\/a|nan|none)$": {
      maxChars: 200,
      given: "a kind of trouble, which is cut where it is made",
    },
    "^[^:]*(?:alarm|alert)[^:]*: (?:#|\\d+)$": {
      maxChars: 200,
      given: "a kind of trouble, which is cut where it is made",
    },
    "(?:^|[^\\p{L}])(?:no|non|kein\\w*)[-_ ]?\\p{L}+$": { maxChars: 80, given: "a text's end" },
    "(?:no|non|kein\\w*)[-_ ]?(\\p{L}+)$": { maxChars: 80, given: "a text's end" },
    "[0-9a-f]{6,}$": { maxChars: 64, given: "a name's end" },
    "\\s+\\S*$": { maxChars: 200, given: "one line, spaces made one, cut before" },
    "^\\s*(-?\\d{1,15}(?:\\.\\d{1,12})?)\\s*(?:[^\\d\\s.,:;|#=\\/-]{0,5}(?:\\/[a-z]{1,4}[²³]?)?|(?:deg(?:ree)?s?|revolutions?|(?:kilo|milli|mega|micro)?(?:volts?|amp(?:ere)?s?|watts?|met(?:er|re)s?|grams?|pascals?|hertz|ohms?|bars?|lit(?:er|re)s?|seconds?)|percent|celsius|fahrenheit|lumens?)(?:[_ ][a-z_]{1,24})?)\\s*$":
      {
        maxChars: 100,
        given: "longer texts are not tried",
      },
    [String.raw`((?:\\.|[^\\,= \t\r\n"])+)=((?:"(?:\\.|[^"\\])*"|(?:\\.|[^\\,= \t\r\n"])+))`]: {
      maxChars: 8_192,
      given: "a line that was found to be of this form, and is not longer",
    },
    "^\\D{2,}?(?=[-_ ]?[0-9a-f]*\\d)": { maxChars: 200, given: "the name of a device, cut before" },
  }),
);

/** Files that put expressions together: `load` does so once, from words of its own, and each is tested like a literal. */
const BUILT_IN: ReadonlyMap<string, "load" | "tested elsewhere"> = new Map([
  ["payload/severity/trouble_words.ts", "load"],
  ["payload/severity/denial.ts", "load"],
  ["payload/severity/spoken.ts", "load"],
  ["payload/line_protocol.ts", "load"],
  ["payload/plain_keys.ts", "load"],
  ["analysis/device/findings/values/course_rows.ts", "load"],
  ["analysis/device/findings/effects/drive_rows.ts", "load"],
  ["analysis/device/findings/flags/protections.ts", "load"],
  ["analysis/device/findings/flags/names.ts", "load"],
  ["analysis/device/findings/flags/requests.ts", "load"],
  ["analysis/device/findings/flags/states.ts", "load"],
  ["analysis/device/findings/flags/parts.ts", "load"],
  ["analysis/device/findings/flags/heat.ts", "load"],
  ["analysis/device/findings/counts/trips.ts", "load"],
  // of secrets' names; on texts that are cut first
  ["redact.ts", "tested elsewhere"],
  // classes, for one character at a time; tests/analysis/expectation/linear_pattern_test.ts
  ["analysis/expectation/linear_pattern.ts", "tested elsewhere"],
]);

/** Long enough that a square shows, short enough that thousands of texts are tried. */
const SEARCHED_CHARS = 2_000;
/** What a text of that length takes at most where time grows with it, with much room. */
const SUSPICIOUS_MS = 0.25;
/** The text with which a suspicion is looked into: a square takes some 30 ms, far above what a clock of ticks tells. */
const SUSPECTED_CHARS = 8_000;

/** What 400 characters take only where time is a power of their number. */
const ENDLESS_MS = 6;

async function* sourceFiles(folder: URL): AsyncGenerator<{ file: string; code: string }> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
    if (entry.isDirectory) yield* sourceFiles(url);
    else if (entry.name.endsWith(".ts")) {
      yield { file: url.href.slice(SRC.href.length), code: await Deno.readTextFile(url) };
    }
  }
}

async function allExpressions(): Promise<{ found: FoundExpression[]; problems: string[] }> {
  const found = new Map<string, FoundExpression>();
  const problems: string[] = [];
  for await (const { file, code } of sourceFiles(SRC)) {
    const { literals, built } = expressionsIn(file, code);
    if (built.length > 0 && BUILT_IN.get(file) === "tested elsewhere") continue;
    const atLoad = BUILT_IN.get(file) === "load"
      ? await expressionsBuiltBy(new URL(file, SRC), file)
      : [];
    if (built.length > 0 && !BUILT_IN.has(file)) {
      problems.push(`${file} puts an expression together and is not listed: ${built[0]}`);
    }
    for (const one of [...literals, ...atLoad]) found.set(`/${one.source}/${one.flags}`, one);
  }
  return { found: [...found.values()], problems };
}

/** How long an expression takes on a text by the clock on the wall; endlessly where it fails. */
function wallMs(expression: RegExp, text: string): number {
  const started = performance.now();
  try {
    apply(expression, text);
  } catch {
    return Infinity;
  }
  // deno-lint-ignore timing/elapsed -- only picks what to look at; a fault is told by how it grows
  return performance.now() - started;
}

/** Processor time on a text: measured again where a clock of ticks may have told too much, not where it is plain. */
function textMs(expression: RegExp, text: string): number {
  const ms = cpuMs(() => apply(expression, text), 1);
  return ms > 50 ? ms : Math.min(ms, cpuMs(() => apply(expression, text), 2));
}

/** How many times as long eight times the text takes. */
function growthOf(expression: RegExp, attack: Attack): number {
  const [few, many] = [SUSPECTED_CHARS / 8, SUSPECTED_CHARS].map((chars) => textOf(attack, chars));
  return textMs(expression, many) / Math.max(0.25, textMs(expression, few));
}

/** The attack that takes longest, and how long; stops at the first that takes much too long. */
function worstAttack(one: FoundExpression): { attack: Attack; ms: number; grows: boolean } {
  const expression = new RegExp(one.source, one.flags);
  // an expression is interpreted once, many times as slowly, and compiled when it is used again
  apply(expression, "");
  let worst = { attack: { prefix: "", pump: "a", suffix: "" } as Attack, ms: 0, grows: false };
  for (const attack of attacksOn(one)) {
    // 2^n shows with few characters, and must not be tried with many
    for (const chars of [24, 400, SEARCHED_CHARS]) {
      const text = textOf(attack, chars);
      let ms = wallMs(expression, text);
      // what is slow once may only have had to wait
      if (ms > SUSPICIOUS_MS && ms < 50) ms = Math.min(ms, wallMs(expression, text));
      if (ms > SUSPICIOUS_MS) {
        // eight times the text: linear is 8, a square 64
        const grows = ms === Infinity ||
          (chars < SEARCHED_CHARS
            ? textMs(expression, text) > ENDLESS_MS
            : growthOf(expression, attack) > 24);
        if (grows) return { attack, ms, grows };
      }
      if (ms > worst.ms) worst = { attack, ms, grows: false };
    }
  }
  return worst;
}

Deno.test("the search finds the texts that expressions of known kinds cannot bear", () => {
  const bad = [
    "\\s+$",
    "\\s*$",
    "\\.+$",
    "^(a+)+$",
    "^(\\w+\\s?)*$",
    "([A-Z]+)([A-Z][a-z])",
    "(\\d+(?:\\.\\d+)?)\\s*(days?|hours?)",
    "^\\s*(\\d+)\\s*[^\\d\\s]{0,5}\\s*$",
    "^(?:.*[:#\\s])?\\s*(unknown|none)$",
    "^[\\w.-]*_[\\w.-]+$",
    ".*x.*y",
    '"key"\\s*:\\s*.*?"',
  ];
  const unseen = bad.filter((source) => !worstAttack({ file: "", source, flags: "" }).grows);
  assert.deepEqual(unseen, []);
  const good = ["^\\s*", "[^a-z]+", "^[a-z]+$", "\\u0000", "^(?:ab|cd)*$", "[ab]"];
  const accused = good.filter((source) => worstAttack({ file: "", source, flags: "g" }).grows);
  assert.deepEqual(accused, []);
});

Deno.test("no regular expression of the program takes time that grows faster than its text", async () => {
  const { found, problems } = await allExpressions();
  assert.ok(found.length > 250, `only ${found.length} were found`);
  const sources = new Set(found.map((one) => one.source));
  for (const source of BOUNDED.keys()) {
    if (!sources.has(source)) problems.push(`listed as bounded, but nowhere: /${source}/`);
  }
  // what repeats nothing looks at a bounded stretch from each place
  for (const one of found.filter(repeats)) {
    const { attack, grows } = worstAttack(one);
    const name = `${one.file}: /${one.source}/${one.flags} on ${JSON.stringify(attack)}`;
    const expression = new RegExp(one.source, one.flags);
    const bounded = BOUNDED.get(one.source);
    if (bounded !== undefined) {
      const ms = cpuMs(() => apply(expression, textOf(attack, bounded.maxChars)), 1);
      if (ms > 500) problems.push(`${ms} ms on ${bounded.maxChars} characters, ${name}`);
      continue;
    }
    if (grows) {
      problems.push(`grows faster than its text, ${name}`);
      continue;
    }
    const [small, large] = [textOf(attack, 30_000), textOf(attack, 300_000)];
    const ratio = growth(() => apply(expression, small), () => apply(expression, large));
    if (ratio > 30) problems.push(`ten times the text, ${ratio} times the time, ${name}`);
  }
  assert.deepEqual(problems, []);
});
