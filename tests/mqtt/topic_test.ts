import assert from "node:assert/strict";
import fc from "fast-check";
import { OperationError } from "../../src/errors.ts";
import {
  compileFilter,
  compileSubscription,
  excludesOthers,
  filterCovers,
  filtersOverlap,
  matchesFilter,
  meaningsOf,
  parseSharedFilter,
  plainTopic,
  takesFromOthers,
  validateTopicFilter,
  validateTopicName,
} from "../../src/mqtt/topic.ts";

/** Few and short levels, so that filters and topics meet often. */
const level = fc.constantFrom("a", "b", "", "$x", "ü");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"))
  .filter((text) => text !== "");
const plainFilter = fc.tuple(
  fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }),
  fc.boolean(),
).map(([levels, multi]) => [...levels, ...multi ? ["#"] : []].join("/"))
  .filter((text) => text !== "");
const filter = fc.oneof(
  { weight: 5, arbitrary: plainFilter },
  { weight: 1, arbitrary: plainFilter.map((text) => `$share/group/${text}`) },
);

/** The wording of §4.7, level by level, with no thought of speed. */
function matchesByTheBook(filterText: string, topicText: string): boolean {
  const inner = filterText.startsWith("$share/")
    ? filterText.split("/").slice(2).join("/")
    : filterText;
  if (topicText.startsWith("$") && /^[+#]/.test(inner)) return false;
  const match = (wanted: string[], given: string[]): boolean => {
    if (wanted.length === 0) return given.length === 0;
    if (wanted[0] === "#") return true;
    if (given.length === 0) return false;
    return (wanted[0] === "+" || wanted[0] === given[0]) && match(wanted.slice(1), given.slice(1));
  };
  const wanted = inner.split("/");
  const given = topicText.split("/");
  const parent = wanted.at(-1) === "#" && match(wanted.slice(0, -1), given);
  return parent || match(wanted, given);
}

/** All topics of up to four levels that could make a difference, for `level` above. */
const everyTopic: string[] = (() => {
  const levels = ["a", "b", "", "$x", "ü", "other"];
  let last = [...levels];
  const all = [...last];
  for (let depth = 2; depth <= 5; depth++) {
    last = last.flatMap((head) => levels.map((one) => `${head}/${one}`));
    all.push(...last);
  }
  return all.filter((text) => text !== "");
})();

function assertInvalid(call: () => void, reason: RegExp): void {
  assert.throws(call, (error: unknown) => {
    assert.ok(error instanceof OperationError);
    assert.equal(error.code, "TOPIC_INVALID");
    assert.match(error.message, reason);
    return true;
  });
}

Deno.test("the examples of the standard match as it says (§4.7.1, §4.7.2)", () => {
  const yes = [
    ["sport/tennis/player1/#", "sport/tennis/player1"],
    ["sport/tennis/player1/#", "sport/tennis/player1/ranking"],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"],
    ["sport/#", "sport"],
    ["#", "sport/tennis"],
    ["sport/tennis/+", "sport/tennis/player1"],
    ["sport/+", "sport/"],
    ["+/+", "/finance"],
    ["/+", "/finance"],
    ["$SYS/#", "$SYS/broker"],
    ["$SYS/monitor/+", "$SYS/monitor/Clients"],
    ["a\nb/+", "a\nb/c\nd"],
    ["$share/readers/sport/+", "sport/golf"],
  ];
  const no = [
    ["sport/tennis/+", "sport/tennis/player1/ranking"],
    ["sport/+", "sport"],
    ["+", "/finance"],
    ["#", "$SYS/broker"],
    ["+/monitor/Clients", "$SYS/monitor/Clients"],
    ["ACCOUNTS", "Accounts"],
    ["a/b", "a/bc"],
    ["a/b", "a"],
    ["a/#", "ab"],
  ];
  for (const [filterText, topicText] of yes) {
    assert.equal(matchesFilter(filterText, topicText), true, `${filterText} ~ ${topicText}`);
  }
  for (const [filterText, topicText] of no) {
    assert.equal(matchesFilter(filterText, topicText), false, `${filterText} !~ ${topicText}`);
  }
});

Deno.test("matching agrees with a reading of the standard level by level", () => {
  fc.assert(
    fc.property(filter, topic, (filterText, topicText) => {
      const expected = matchesByTheBook(filterText, topicText);
      assert.equal(matchesFilter(filterText, topicText), expected);
      assert.equal(compileFilter(filterText)(topicText), expected);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("one filter covers another exactly when it matches all of the other's topics", () => {
  fc.assert(
    fc.property(plainFilter, plainFilter, (a, b) => {
      const inA = compileFilter(a);
      const inB = compileFilter(b);
      const covered = everyTopic.every((text) => !inB(text) || inA(text));
      assert.equal(filterCovers(a, b), covered, `${a} covers ${b}`);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("two filters overlap exactly when some topic is matched by both", () => {
  fc.assert(
    fc.property(plainFilter, plainFilter, (a, b) => {
      const inA = compileFilter(a);
      const inB = compileFilter(b);
      const overlap = everyTopic.some((text) => inA(text) && inB(text));
      assert.equal(filtersOverlap(a, b), overlap, `${a} overlaps ${b}`);
      assert.equal(filtersOverlap(b, a), overlap);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("covering and overlapping look through the share of a shared subscription", () => {
  assert.equal(filterCovers("$share/g/a/#", "a/+"), true);
  assert.equal(filterCovers("a/+", "$share/g/a/#"), false);
  assert.equal(filtersOverlap("$share/g/a/+", "$share/h/+/b"), true);
});

Deno.test("filters that the standard forbids are refused with the rule they break", () => {
  assertInvalid(() => validateTopicFilter(""), /it is empty/);
  assertInvalid(() => validateTopicFilter("a/#/b"), /^Cannot parse topic filter "a\/#\/b": # must/);
  assertInvalid(() => validateTopicFilter("a/b#"), /# must be alone/);
  assertInvalid(() => validateTopicFilter("a+/b"), /\+ must be alone/);
  assertInvalid(() => validateTopicFilter("a\0"), /NUL/);
  assertInvalid(() => validateTopicFilter("a\ud800"), /surrogate/);
  assertInvalid(() => validateTopicFilter("é".repeat(32_768)), /65536 bytes/);
  assertInvalid(() => validateTopicFilter("$share/group"), /\$share\/\{group\}/);
  assertInvalid(() => validateTopicFilter("$share/group/"), /\$share\/\{group\}/);
  assertInvalid(() => validateTopicFilter("$share//a"), /group/);
  assertInvalid(() => validateTopicFilter("$share/g+/a"), /group/);
  assertInvalid(() => validateTopicFilter("$share/g/a/#/b"), /# must be the last/);
});

Deno.test("filters and names that the standard allows pass", () => {
  for (const text of ["#", "+", "/", "+/+/#", "$SYS/#", "a b/ü", "$share/g/#", "$share", " "]) {
    validateTopicFilter(text);
  }
  for (const text of ["/", "a//b", "$SYS/x", "ü/😀", "é".repeat(32_767)]) validateTopicName(text);
});

Deno.test("names to publish to take no wildcards", () => {
  assertInvalid(() => validateTopicName("a/+"), /wildcards/);
  assertInvalid(() => validateTopicName("#"), /wildcards/);
  assertInvalid(() => validateTopicName("$share/g/a"), /subscribing only/);
  assertInvalid(() => validateTopicName(""), /empty/);
});

Deno.test("a refused topic is shown shortened and with its control characters escaped", () => {
  assertInvalid(() => validateTopicName(`a\n+${"x".repeat(10_000)}`), /^.{0,250}$/);
  assertInvalid(() => validateTopicName(`a\n+`), /"a\\n\+"/);
});

Deno.test("a shared filter is told apart into group and filter", () => {
  assert.deepEqual(parseSharedFilter("$share/g/a/+"), { group: "g", filter: "a/+" });
  assert.equal(parseSharedFilter("$shared/g/a"), null);
  assert.equal(parseSharedFilter("a/$share/b"), null);
});

Deno.test("a prefix that brokers take off is taken off, also stacked; what is none stays", () => {
  assert.deepEqual(meaningsOf("a/b"), ["a/b"]);
  assert.deepEqual(meaningsOf("$share/g/$queue/a/#"), ["$share/g/$queue/a/#", "$queue/a/#", "a/#"]);
  assert.deepEqual(meaningsOf("$delayed/5/a"), ["$delayed/5/a", "a"]);
  assert.deepEqual(meaningsOf("$exclusive//a"), ["$exclusive//a", "/a"]);
  for (
    const plain of [
      "$queue",
      "$queue/",
      "$delayed/5",
      "$delayed/5/",
      "$SYS/a",
      "$queues/a",
      "x/$queue/a",
    ]
  ) {
    assert.equal(plainTopic(plain), plain);
  }
  assert(takesFromOthers("$exclusive/$queue/a") && !takesFromOthers("$exclusive/a"));
  assert(excludesOthers("$exclusive/a") && !excludesOthers("$queue/a"));
});

Deno.test("a subscription with a prefix brings the topics it stands for, or from a simple broker those that begin with it", () => {
  const brings = compileSubscription("$queue/home/+");
  assert(brings("home/x") && brings("$queue/home/x") && !brings("plant/x"));
  assert(compileSubscription("home/+")("home/x"));
});
