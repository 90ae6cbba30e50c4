import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatClock,
  formatCount,
  formatExact,
  formatNumber,
  formatRate,
  formatReading,
  formatTime,
  plural,
  shortCount,
} from "../../src/monitor/page/format.js";
import {
  axisLabels,
  colourOf,
  COLOURS,
  digitsOf,
  loneValues,
  timeRange,
  valueRange,
  withBreaks,
} from "../../src/monitor/page/plot_scale.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

Deno.test("a number is written so that reading it gives the same number, whatever it is", () => {
  fc.assert(fc.property(finite, (value) => {
    const read = Number(formatNumber(value).replaceAll(",", ""));
    assert.ok(read === value, `${value} became ${formatNumber(value)}`);
  }));
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => {
    assert.equal(BigInt(formatNumber(value).replaceAll(",", "")), BigInt(value));
    assert.equal(formatCount(value), formatNumber(value));
  }));
  assert.equal(formatNumber(1234567), "1,234,567");
  assert.equal(formatNumber(1795640000000), "1,795,640,000,000");
  assert.equal(formatNumber(-1234.5678), "-1,234.5678");
  assert.equal(formatNumber(0.1 + 0.2), "0.30000000000000004");
});

Deno.test("groups of three digits are all that is added to a number", () => {
  fc.assert(fc.property(fc.integer(), (value) => {
    assert.match(formatNumber(value), /^-?\d{1,3}(,\d{3})*$/);
  }));
});

Deno.test("a short count is off by less than one in a hundred, never longer than eight characters, and rises", () => {
  const count = fc.integer({ min: 0, max: 999_000_000 });
  const valueOf = (text: string) =>
    Number(text.replace(/[,kM ]/g, "")) * (text.endsWith("M") ? 1e6 : text.endsWith("k") ? 1e3 : 1);
  fc.assert(fc.property(count, count, (a, b) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    assert.ok(shortCount(low).length <= 8, shortCount(low));
    assert.ok(Math.abs(valueOf(shortCount(low)) - low) <= low / 100, `${low}: ${shortCount(low)}`);
    assert.ok(valueOf(shortCount(low)) <= valueOf(shortCount(high)));
  }));
  assert.equal(formatRate(2.25), "2.3");
  assert.equal(formatRate(0), "0");
  assert.deepEqual([plural(1, "gap"), plural(2, "gap"), plural(0, "gap")], [
    "1 gap",
    "2 gaps",
    "0 gaps",
  ]);
});

Deno.test("a time is written on a clock of 24 hours, with the date, and sorts as times do", () => {
  const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
  fc.assert(fc.property(time, time, (a, b) => {
    const text = formatTime(a, { ms: true });
    assert.match(text, /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}$/);
    assert.equal(new Date(text.replace(" ", "T")).getTime(), a.getTime());
    assert.equal(text, `${formatTime(a)}${text.slice(-4)}`);
    assert.equal(text.slice(11), formatClock(a));
    assert.ok(formatExact(a.getTime()).endsWith(`(${a.toISOString()})`));
    if (a.getTimezoneOffset() === b.getTimezoneOffset()) {
      assert.equal(
        text < formatTime(b, { ms: true }),
        a.getTime() < b.getTime(),
      );
    }
  }));
});

Deno.test("an axis has as many digits as its steps need, and tells its values apart", () => {
  assert.deepEqual(axisLabels([1, 0.75, 0.5, 0.25, 0], 0.25), ["1", "0.75", "0.5", "0.25", "0"]);
  assert.deepEqual(axisLabels([1234567, 1234568], 1), ["1,234,567", "1,234,568"]);
  assert.deepEqual(axisLabels([0.30000000000000004, null], 0.1), ["0.3", ""]);
  const step = fc.tuple(fc.constantFrom(1, 2, 2.5, 5), fc.integer({ min: -6, max: 6 }));
  fc.assert(fc.property(step, fc.integer({ min: -500, max: 500 }), ([base, power], first) => {
    const size = base * 10 ** power;
    const values = Array.from({ length: 6 }, (_, at) => (first + at) * size);
    const labels = axisLabels(values, size);
    assert.equal(new Set(labels).size, values.length, `${labels}`);
    labels.forEach((label, at) => {
      const read = Number(label.replaceAll(",", ""));
      assert.ok(Math.abs(read - values[at]) < size / 100, `${label} for ${values[at]}`);
    });
  }));
  assert.equal(digitsOf(1000), 0);
});

Deno.test("values within a millisecond are drawn over a second, not over years", () => {
  const at = 1_795_640_000.123;
  const [from, to] = timeRange(at, at);
  assert.ok(Math.abs(to - from - 1) < 1e-6 && from < at && to > at);
  assert.deepEqual(timeRange(10, 70), [10, 70]);
  fc.assert(fc.property(finite, fc.double({ min: 0, max: 1e9, noNaN: true }), (low, size) => {
    if (Math.abs(low) > 1e12) return;
    const [bottom, top] = valueRange(low, low + size, false);
    assert.ok(bottom < top && bottom <= low && top >= low + size);
  }));
});

Deno.test("no line runs through a gap", () => {
  const { at, lines } = withBreaks([1, 2, 8, 9], [[10, 20, 80, 90]], [{ from: 3, to: 7 }]);
  assert.deepEqual(at, [1, 2, 5, 8, 9]);
  assert.deepEqual(lines, [[10, 20, null, 80, 90]]);
  assert.deepEqual(withBreaks([1, 2], [[1, 2]], []).lines, [[1, 2]]);
  // what another line's time leaves open is no gap
  assert.deepEqual(withBreaks([1, 2], [[1, undefined]], []).lines, [[1, undefined]]);
});

Deno.test("a value that no line reaches is drawn as a point", () => {
  assert.deepEqual(loneValues([7]), [0]);
  assert.deepEqual(loneValues([null, 7, null, 1, 2, null, 3]), [1, 6]);
  assert.deepEqual(loneValues([1, undefined, 2, undefined]), [], "another line's time breaks none");
  assert.deepEqual(loneValues([undefined, 1, undefined, null, 2, 3]), [1]);
  assert.deepEqual(loneValues([]), []);
});

Deno.test("a line keeps its colour while others come and go", () => {
  const colour = colourOf("kitchen", ["kitchen", "cellar"]);
  const other = colourOf("cellar", ["kitchen", "cellar"]);
  assert.notEqual(colour, other);
  assert.equal(colourOf("cellar", ["cellar"]), other);
  assert.equal(colourOf("kitchen", ["attic", "kitchen"]), colour);
  for (let i = 0; i < 40; i++) {
    const given = colourOf(`line ${i}`, [`line ${i}`]);
    assert.ok(given >= 0 && given < COLOURS);
  }
});

Deno.test("a whole number that a line rounds is shown as near to it, not as what was sent", () => {
  const field = { isSwitch: false, unit: null };
  assert.equal(formatReading(Number("9007199254740993"), field), "≈ 9.007199e+15");
  assert.equal(formatReading(9007199254740991, field), "9,007,199,254,740,991");
  assert.equal(formatReading(1.5, { ...field, unit: "m" }), "1.5 m");
});
