import assert from "node:assert/strict";
import fc from "fast-check";
import { LinearPattern, PatternError } from "../../../src/analysis/expectation/linear_pattern.ts";
import { StepBudget, StepsUsedUp } from "../../../src/analysis/expectation/step_budget.ts";

const PLENTY = 100_000_000;

function matches(pattern: string, text: string): boolean {
  return new LinearPattern(pattern).test(text, new StepBudget(PLENTY));
}

function stepsOf(pattern: string, text: string): number {
  const budget = new StepBudget(PLENTY);
  new LinearPattern(pattern).test(text, budget);
  return PLENTY - budget.left;
}

/** Patterns that devices' schemas hold, and each kind of syntax that ECMA-262 has with the flag `u`. */
const PATTERNS = [
  "",
  "^$",
  "^(ON|OFF)$",
  "^\\d{4}-\\d{2}-\\d{2}$",
  "^[A-Z][a-z]*$",
  "^(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$",
  "^[\\w.+-]+@[\\w-]+\\.[\\w.]+$",
  "a|b|",
  "a{2}",
  "a{2,}",
  "a{2,3}$",
  "a{0}b",
  "(?:a?){3}",
  "(a*)*b",
  "(a+)+$",
  "(?:a*|b)*?c",
  "\\bon\\b",
  "\\Bn",
  "^.$",
  "[^]",
  "[]",
  "[^a-c\\]]",
  "[\\d\\-x]",
  "[\\]]",
  "[a\\]]b",
  "\\x41\\u0042\\u{43}",
  "\\ud83d\\ude00",
  "\\u{1F600}+$",
  "^[\\u{1F600}-\\u{1F64F}]$",
  "\\cJ",
  "\\0",
  "\\p{Script=Greek}+$",
  "\\P{L}",
  "\\p{Lu}",
  "\\s\\S",
  "\\/\\.\\$",
  "(?<year>\\d+)-(?<day>\\d+)",
  "^(?:(?:a|b)+|c)$",
  "x$|^y",
];

const TEXTS = [
  "",
  "a",
  "aaa",
  "aaaab",
  "ON",
  "turn on now",
  "2026-11-25",
  "Kitchen",
  "00:1A:ff:00:00:09",
  "me@host.example",
  "ABC",
  "😀",
  "😀😀",
  "αβγ",
  "x]-",
  "\n",
  "\u2028",
  "\0",
  "a/.$",
  "c",
  "y x",
  "\ud83d",
  " \u00a0é",
  "a]b",
];

Deno.test("a pattern finds in every text what the language's own engine finds", () => {
  for (const pattern of PATTERNS) {
    const own = new RegExp(pattern, "u");
    for (const text of TEXTS) {
      assert.equal(matches(pattern, text), own.test(text), `${pattern} on ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("patterns put together at random find what the language's own engine finds", () => {
  const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "^", "$", "\\b", "\\B");
  const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
    part: fc.oneof(
      { depthSize: "small" },
      atom,
      fc.tuple(tie("pattern"), fc.constantFrom("", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"))
        .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
      fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(${a}|${b})`),
    ),
    pattern: fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("")),
  }));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      assert.equal(matches(source, subject), new RegExp(source, "u").test(subject));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("the steps grow with the text, for the patterns that stop an engine that tries again", () => {
  const evil: [string, string][] = [
    ["^(a+)+$", "a"],
    ["(a|a)*$", "a"],
    ["(x+x+)+y", "x"],
    ["^(\\w+\\s?)*$", "a"],
    ["(?:a?){50}(?:a){50}b", "a"],
    [".*.*.*=.*", "x"],
    ["^([a-z]|[a-z])*$", "q"],
  ];
  for (const [pattern, char] of evil) {
    const short = stepsOf(pattern, `${char.repeat(2_000)}!`);
    const long = stepsOf(pattern, `${char.repeat(20_000)}!`);
    assert.ok(long / short < 11, `${pattern}: ${short} steps, then ${long}`);
  }
});

Deno.test("a text too long for the steps that are left ends with that, not with an answer", () => {
  const pattern = new LinearPattern("^(a+)+$");
  assert.throws(() => pattern.test("a".repeat(100_000), new StepBudget(10_000)), StepsUsedUp);
});

Deno.test("what has no linear engine, or is too large, is refused with the reason", () => {
  const cases: [string, RegExp][] = [
    ["(", /no regular expression/],
    ["a{2,1}", /no regular expression/],
    ["(?=a)b", /looks ahead or behind/],
    ["(?!a)b", /looks ahead or behind/],
    ["(?<=a)b", /looks ahead or behind/],
    ["(?<!a)b", /looks ahead or behind/],
    ["(a)\\1", /refers back/],
    ["(?<n>a)\\k<n>", /refers back/],
    ["a{1,1000000000}", /more than 5000 parts/],
    ["((a{100}){100}){100}", /more than 5000 parts/],
    ["(?:(?:(?:(?:){1000}){1000}){1000}){1000}", /more than 5000 parts/],
    ["x".repeat(2_001), /more than 2000 characters/],
    [`${"(".repeat(200)}${")".repeat(200)}`, /nest deeper than 100/],
  ];
  for (const [pattern, reason] of cases) {
    assert.throws(() => new LinearPattern(pattern), (error) => {
      assert.ok(error instanceof PatternError, `${pattern.slice(0, 40)}: ${error}`);
      assert.match(error.message, reason);
      return true;
    });
  }
});
