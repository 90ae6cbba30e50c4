import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { decodePayload } from "../../src/payload/decode.ts";
import { previewPayload } from "../../src/payload/present.ts";
import { HIDDEN, isSecretTopic, searchableText, showSecrets } from "../../src/payload/secrets.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Messages of devices people have, each with `hunter2` where its secret is. */
const MESSAGES: readonly (readonly [topic: string, payload: string | Uint8Array])[] = [
  ["tele/plug/INFO", '{"SSId1":"home","Password1":"hunter2","Password2":"hunter2"}'],
  ["shellies/s1/settings", '{"wifi":{"sta":{"ssid":"home","pass":"hunter2"}},"pin":1}'],
  ["cam/1/config", '{"stream":"rtsp://admin:hunter2@10.0.0.9:554/h264","fps":25}'],
  ["esp/config", "ssid=home password=hunter2 ota_password=hunter2"],
  ["esp/config/wifi/password", "hunter2"],
  ["homie/d/wifi/password/set", "hunter2"],
  ["dev/api_key", '"hunter2"'],
  ["dev/token", '{"value":"hunter2","user":"anna"}'],
  ["dev/tokens/psk", '["hunter2","hunter2"]'],
  ["gw/cfg", "<cfg><wifi ssid='home'><password>hunter2</password></wifi></cfg>"],
  ["gw/hook", "http://hook.example/x?token=hunter2&a=1"],
  ["gw/log", '{"msg":"login failed: password=hunter2"}'],
  ["gw/inner", '{"cfg":"{\\"mqttPass\\":\\"hunter2\\"}"}'],
  ["gw/escaped", '{"p\\u0061ssword":"hunter2"}'],
  ["gw/list", '[{"value":"hunter2","key":"wifi.password"},{"value":"open","key":"mode"}]'],
  ["gw/nested", '{"secret":{"a":["hunter2",{"b":"hunter2"}],"n":7}}'],
  ["gw/broken", '{"password": hunter2, "a":'],
  ["gw/cut", '{"wifi":{"psk":"hunter2hunter2hun'],
  ["gw/gzip", gzipSync(bytesOf('{"password":"hunter2"}'))],
  ["gw/utf16", new Uint8Array(Buffer.from('\ufeff{"password":"hunter2"}', "utf16le"))],
  // MessagePack {"pwd":"hunter2"} and CBOR of the same
  ["gw/msgpack", Uint8Array.of(0x81, 0xa3, ...bytesOf("pwd"), 0xa7, ...bytesOf("hunter2"))],
  ["gw/cbor", Uint8Array.of(0xa1, 0x63, ...bytesOf("pwd"), 0x67, ...bytesOf("hunter2"))],
];

Deno.test("secrets of every kind of device are hidden in what is decoded, previewed and searched", () => {
  for (const [topic, payload] of MESSAGES) {
    const bytes = typeof payload === "string" ? bytesOf(payload) : payload;
    const decoded = decodePayload(bytes, { topic });
    const shown = JSON.stringify(decoded);
    assert.doesNotMatch(shown, /hunter2/, topic);
    assert.ok(shown.includes(HIDDEN) && decoded.hidden! > 0, `${topic}: ${shown}`);
    assert.doesNotMatch(previewPayload(bytes, { topic }), /hunt/, topic);
    assert.doesNotMatch(previewPayload(bytes, { topic, maxChars: 16 }), /hunt/, topic);
    assert.doesNotMatch(searchableText(bytes, decoded), /hunt/, topic);
  }
});

Deno.test("what the owner wants shown is shown", () => {
  showSecrets(true);
  try {
    for (const [topic, payload] of MESSAGES) {
      const bytes = typeof payload === "string" ? bytesOf(payload) : payload;
      const decoded = decodePayload(bytes, { topic });
      assert.match(JSON.stringify(decoded), /hunter2/, topic);
      assert.equal(decoded.hidden, undefined);
    }
  } finally {
    showSecrets(false);
  }
});

Deno.test("numbers, flags and what is named alike are no secrets", () => {
  for (
    const [topic, payload] of [
      ["line/3", '{"pass":12,"fail":3,"token":true,"secret":null}'],
      ["line/3/pass", "12"],
      ["line/3/bypass", "on"],
      ["home/tokens", "many"],
      ["line/4", '{"passage":"north","compass":"NE","password":""}'],
      ["gate/pass", '{"state":"open","by":"anna"}'],
      ["x/url", "https://host:8080/a/b@c?x=1"],
    ] as const
  ) {
    const decoded = decodePayload(bytesOf(payload), { topic });
    assert.equal(decoded.hidden, undefined, payload);
    assert.ok(!JSON.stringify(decoded.value).includes(HIDDEN));
  }
});

Deno.test("a topic is secret by its last level, or by the one before a verb", () => {
  for (const topic of ["a/wifi/password", "password", "a/ota_password/set", "a/Password1/state"]) {
    assert.ok(isSecretTopic(topic), topic);
  }
  for (const topic of ["password/strength", "a/b", "a/set", "set", "a/password/meter/x", ""]) {
    assert.ok(!isSecretTopic(topic), topic);
  }
});

Deno.test("members that pose as parts of an object's machinery are data like any other", () => {
  const decoded = decodePayload(bytesOf('{"__proto__":{"password":"hunter2"},"constructor":"x"}'), {
    topic: "x",
  });
  assert.equal(
    JSON.stringify(decoded.value),
    `{"__proto__":{"password":"${HIDDEN}"},"constructor":"x"}`,
  );
});
