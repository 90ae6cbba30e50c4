import assert from "node:assert/strict";
import { GivenLogins, redact, redactHead, terminalLine } from "../src/redact.ts";
import { hideInText, isSecretName } from "../src/secret_text.ts";
import { cpuMs, growth } from "./support/growth.ts";

const MARK = "‹hidden›";
const lenient = { mark: MARK, isSecret: isSecretName };

Deno.test("a name is secret by its words, however they are written together", () => {
  for (
    const name
      of "password Passwd pass PWD psk secret TOKEN apikey api_key apiKey API-KEY mqtt_pass ota_password Password1 Password12 mqttPass WPA2PSK SSIDPassword x.token wifi.sta.pass secret-2 access_token"
        .split(" ")
  ) assert.ok(isSecretName(name), name);
  for (
    const name
      of "passage bypass compass passed passenger tokens tokenize secretary pskov api key keypad passive Überpassung 1 _"
        .split(" ")
  ) assert.ok(!isSecretName(name), name);
});

Deno.test("secrets are hidden in every notation a text may be in", () => {
  for (
    const text of [
      "password=hunter2",
      "ssid=a,password=hunter2;channel=6",
      "wifi: pass: hunter2 (saved)",
      "mqtt_pass = 'hunter2 with spaces'",
      "https://host/path?id=1&token=hunter2&x=2",
      "rtsp://admin:hunter2@10.0.0.9:554/stream",
      "rtsp://admin:a/hunter2@host/stream",
      "rtsp://admin:a hunter2@host/stream",
      "rtsp://hunter2@host",
      '{"a":1,"password":"hunter2","b":2}',
      '{"password":\n  "hunter2"',
      '{"password":"a\\"hunter2',
      '{"p\\u0061ss":"hunter2"',
      '{"token":{"x":"hunter2","list":["hunter2",["hunter2"]]},"open":1}',
      '{"log":"{\\"Password1\\":\\"hunter2\\"}"}',
      '{"log":"login with password=hunter2"}',
      '{"name":"wifi_password","type":"text","value":"hunter2"',
      "{password:hunter2}",
      "<wifi><password>hunter2</password></wifi>",
      "<w:password type='x'><![CDATA[hunter2]]></w:password>",
      '<wifi password="hunter2" ssid="a"/>',
      '<param name="password" value="hunter2"/>',
      '<param name="password">hunter2</param>',
      "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
      "token: Bearer hunter2",
    ]
  ) {
    const found = hideInText(text, lenient);
    assert.doesNotMatch(found.text, /hunter2/, text);
    assert.ok(found.hidden > 0 && found.text.includes(MARK), found.text);
    assert.equal(hideInText(found.text, lenient).text, found.text, "once is enough");
  }
});

Deno.test("what only looks like a secret stays, and what stands beside one", () => {
  for (
    const text of [
      '{"pass":12,"fail":3}',
      '{"token":true,"secret":null,"psk":-1.5e3}',
      "pass=12 fail=3",
      "bypass: on, passage=3",
      "http://host:8080/users/a@b",
      "mqtt://host:1883/id",
      "user@host",
      "a:b@c",
      "12:30 password changed",
      '{"password":""}',
    ]
  ) assert.equal(hideInText(text, lenient).text, text);
  assert.equal(
    hideInText("ssid=a,password=x;channel=6", lenient).text,
    `ssid=a,password=${MARK};channel=6`,
  );
  assert.equal(
    hideInText('{"token":{"key":"x","n":5},"open":"y"}', lenient).text,
    `{"token":{"key":"${MARK}","n":5},"open":"y"}`,
  );
});

Deno.test("looking for secrets takes as long as the text is, whatever the text", () => {
  const worst = [
    ...'a- passtoken a:// u:x@ @ \\ \\u0061 "pass <pass> <pass></pass> pass=, {"pass":{ a: ://a:b pass:" api a, pass:\\\\\\" [ mqtt://u:x =" > Bearer Basic'
      .split(" "),
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "pass = ",
    '<password value="',
    'pass="x" ',
    '"name":"pass","value":',
    'name="pass ',
    '"a b:c d@',
    "Bearer ",
    " ",
  ];
  for (const piece of worst) {
    const texts = [30_000, 300_000].map((length) => piece.repeat(length / piece.length));
    for (const strict of [false, true]) {
      const work = (text: string) => () => void hideInText(text, { ...lenient, strict });
      const times = growth(work(texts[0]), work(texts[1]));
      // ten times the text; a hundred times the work is what must not be
      assert.ok(times < 40, `${piece}: ${times} times as long`);
    }
  }
});

Deno.test("of a very long text no more than its head is read", () => {
  for (const piece of ["a-", "u:x@", "pass=", "a://"]) {
    const [short, long] = [100_000, 1_000_000].map((length) => {
      const text = piece.repeat(length / piece.length);
      return cpuMs(() => void [redact(text), redactHead(text, 200)], 2);
    });
    assert.ok(long < 10 * Math.max(short, 20), `${piece}: ${short} ms, then ${long} ms`);
  }
});

Deno.test("a text is cut before it is read, and no secret is cut in half into the open", () => {
  for (let at = 60; at < 140; at++) {
    for (
      const secret of [
        "mqtt://u:hunter2hunter2@host",
        "password=hunter2hunter2",
        '"token":"hunter2hunter2"',
      ]
    ) {
      const text = `${"x".repeat(at - 1)} ${secret} ${"y".repeat(100_000)}`;
      const head = redactHead(text, 120);
      assert.ok(head.length <= 120);
      assert.doesNotMatch(head, /hunt/, secret);
      assert.match(head, /…$/);
    }
  }
  const long = redactHead(`mqtt://u:${"hunter2".repeat(5_000)}@host`, 100);
  assert.doesNotMatch(long, /hunter2/);
});

Deno.test("what a caller gave as a login is found wherever it is quoted, whole or cut", () => {
  const password = `p"a'ss w<o>rd\`hunter2@x/y`;
  const given = new GivenLogins({ deep: [{ url: `mqtt://anna:${password}@host` }] });
  for (
    const quoted of [
      `Cannot use mqtt://anna:${password}@host`,
      `Cannot use ${JSON.stringify(`mqtt://anna:${password}@host`)}`,
      JSON.stringify(JSON.stringify(`mqtt://anna:${password}@host`)),
      `Cannot use "mqtt://anna:${password.slice(0, 20)}…"`,
      `the password ${password}`,
    ]
  ) {
    assert.doesNotMatch(given.hideIn(quoted), /hunter2/);
    assert.doesNotMatch(given.hideIn(quoted), /ss w<o>/);
  }
  assert.ok(new GivenLogins({ topic: "a/b", n: 1, text: "user@host" }).none);
  const short = new GivenLogins("mqtt://u:test@h");
  assert.equal(short.hideIn("Cannot finish test_connection"), "Cannot finish test_connection");
});

Deno.test("a line for a terminal is one visible line without logins, and names stay", () => {
  assert.equal(
    terminalLine('WEB_TOKEN: a value is needed, "ftp://u:hunter2@h"\n\u001b[31m\u202e\u200b'),
    'WEB_TOKEN: a value is needed, "ftp://***@h"\\n\\u001b[31m\\u202e\\u200b',
  );
});
