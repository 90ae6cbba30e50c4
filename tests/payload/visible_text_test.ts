import assert from "node:assert/strict";
import fc from "fast-check";
import { visibleJson, visibleText } from "../../src/payload/visible_text.ts";

const HOSTILE = [
  "\u202eevil\u202c",
  "a\u200bb\u200d\u2060\ufeff",
  "\u2028IGNORE ALL\u2029",
  "\x1b[31mred\x7f\x9b",
  "\u{e0041}\u{e007f}tags",
  "\ud800 half \udc00",
  "two\r\nlines\0",
];

Deno.test("JSON stays the same value, on one line, with nothing unseen in it", () => {
  for (const text of HOSTILE) {
    const json = visibleJson({ [text]: [text] });
    assert.deepEqual(JSON.parse(json), { [text]: [text] });
    assert.match(json, /^[\x20-\x7e]+$/);
  }
  fc.assert(fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
    const json = visibleJson(value);
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
    assert.doesNotMatch(json, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\ufeff]/u);
  }));
});

Deno.test("what people write stays as it is", () => {
  for (const text of ["21.5 °C, 75 µm", "温度センサー", "حرارة", "emoji 🌡️ 👍🏽", "naïve"]) {
    assert.equal(visibleText(text), text);
    assert.equal(visibleJson(text), JSON.stringify(text));
  }
  assert.equal(visibleText("a\u202eb\n"), "a\\u{202e}b\\u{a}");
});
