import assert from "node:assert/strict";
import fc from "fast-check";
import { OperationError } from "../../src/errors.ts";
import {
  type BrokerTarget,
  formatBroker,
  parseConnectionString,
} from "../../src/mqtt/connection_string.ts";

function parse(text: string): BrokerTarget {
  return parseConnectionString(text, { allowInsecureTls: true });
}

function refusal(text: string, allowInsecureTls = true): OperationError {
  try {
    parseConnectionString(text, { allowInsecureTls });
  } catch (error) {
    assert.ok(error instanceof OperationError);
    assert.equal(error.code, "CONNECTION_STRING_INVALID");
    return error;
  }
  assert.fail(`"${text}" was accepted`);
}

/** Writes a target as someone who follows the documentation would. */
function write(target: BrokerTarget): string {
  const encode = encodeURIComponent;
  const { protocol, host, port, username, password, clientId } = target;
  const password_ = password === undefined ? "" : `:${encode(password)}`;
  const login = username === undefined ? "" : `${encode(username)}${password_}@`;
  const options: string[] = [];
  if (clientId !== undefined) options.push(`client_id=${encode(clientId)}`);
  if (target.protocolVersion) options.push(`protocol=${target.protocolVersion}`);
  if (target.keepaliveSeconds !== undefined) options.push(`keepalive=${target.keepaliveSeconds}`);
  if (target.insecure) options.push("insecure");
  const query = options.length > 0 ? `?${options.join("&")}` : "";
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return `${protocol}://${login}${shownHost}:${port}${target.path ?? ""}${query}`;
}

/** Any text that MQTT can carry. */
const mqttText = fc.string({ unit: "binary", minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes("\0") && text.isWellFormed());

const target: fc.Arbitrary<BrokerTarget> = fc.record({
  protocol: fc.constantFrom("mqtt", "mqtts", "ws", "wss"),
  host: fc.oneof(
    fc.constantFrom("localhost", "umbrel.local", "mosquitto_broker_1", "xn--bcher-kva.example"),
    fc.ipV4(),
    fc.constantFrom("::1", "2001:db8::1", "fe80::1%eth0"),
  ),
  port: fc.integer({ min: 1, max: 65_535 }),
  login: fc.option(fc.record({ username: mqttText }, { requiredKeys: ["username"] })),
  password: fc.option(fc.oneof(mqttText, fc.constant(""))),
  clientId: fc.option(mqttText),
  protocolVersion: fc.option(fc.constantFrom("3.1.1" as const, "5" as const)),
  keepaliveSeconds: fc.option(fc.integer({ min: 0, max: 65_535 })),
  insecure: fc.boolean(),
  path: fc.option(fc.constantFrom("/", "/mqtt", "/a/b%20c")),
}).map((parts) => {
  const result: BrokerTarget = {
    protocol: parts.protocol as BrokerTarget["protocol"],
    host: parts.host,
    port: parts.port,
  };
  if (parts.path && parts.protocol.startsWith("ws")) result.path = parts.path;
  if (parts.login) {
    result.username = parts.login.username;
    if (parts.password !== null) result.password = parts.password;
  }
  if (parts.clientId !== null) result.clientId = parts.clientId;
  if (parts.protocolVersion) result.protocolVersion = parts.protocolVersion;
  if (parts.keepaliveSeconds !== null) result.keepaliveSeconds = parts.keepaliveSeconds;
  if (parts.insecure && parts.protocol.endsWith("s") && parts.protocol !== "ws") {
    result.insecure = true;
  }
  return result;
});

Deno.test("what is written by the rules is read back as it was", () => {
  fc.assert(
    fc.property(target, (expected) => {
      assert.deepEqual(parse(write(expected)), expected);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("every form that the documentation shows is understood", () => {
  assert.deepEqual(parse("mqtt://broker.example"), {
    protocol: "mqtt",
    host: "broker.example",
    port: 1883,
  });
  assert.deepEqual(parse("mqtts://anna@broker.example/my%20id"), {
    protocol: "mqtts",
    host: "broker.example",
    port: 8883,
    username: "anna",
    clientId: "my id",
  });
  assert.deepEqual(parse(" MQTT://anna:p%40ss%3A%2F@[2001:DB8:0::1]:1884/?keepalive=5 "), {
    protocol: "mqtt",
    host: "2001:db8::1",
    port: 1884,
    username: "anna",
    password: "p@ss:/",
    keepaliveSeconds: 5,
  });
  assert.deepEqual(parse("ws://broker.example"), {
    protocol: "ws",
    host: "broker.example",
    port: 80,
  });
  assert.deepEqual(parse("wss://broker.example/mqtt?client_id=a/b&protocol=3.1.1"), {
    protocol: "wss",
    host: "broker.example",
    port: 443,
    path: "/mqtt",
    clientId: "a/b",
    protocolVersion: "3.1.1",
  });
  assert.deepEqual(parse("broker.example:1884"), {
    protocol: "mqtt",
    host: "broker.example",
    port: 1884,
  });
  assert.deepEqual(parse("mqtt://anna:@h").password, "");
  assert.equal(parse("mqtt://a+b:c+d@h").password, "c+d");
  assert.equal(parse("mqtt://Bücher.example.").host, "xn--bcher-kva.example");
});

Deno.test("mistakes are named, and the right form is shown", () => {
  const cases: [string, RegExp][] = [
    ["", /host is empty/],
    ["mqtt://", /host is empty/],
    ["mqtt://anna:pw@", /host is empty/],
    ["http://h", /scheme "http" is none of mqtt, mqtts, ws and wss/],
    ["tcp://h:1883", /scheme "tcp"/],
    ["mqtt://h:", /port/],
    ["mqtt://h:0", /port/],
    ["mqtt://h:65536", /port/],
    ["mqtt://h:1883x", /port/],
    ["mqtt://::1", /more than one colon/],
    ["mqtt://[::1", /more than one colon/],
    ["mqtt://[::g]", /no IPv6/],
    ["mqtt://[]", /no IPv6/],
    ["mqtt://a b", /neither a name/],
    ["mqtt://a..b", /neither a name/],
    ["mqtt://0x7f.1", /no IPv4/],
    ["mqtt://2130706433", /no IPv4/],
    ["mqtt://256.1.1.1", /no IPv4/],
    ["mqtt://:pw@h", /user name before the "@" is empty/],
    ["mqtt://anna:100%@h", /percent-encoding of the password/],
    ["mqtt://anna:a%00@h", /MQTT cannot carry/],
    ["mqtt://anna:a/b@h", /"@" stands after the host/],
    ["mqtt://h/a/b", /more than one part/],
    ["mqtt://h#x", /"#"/],
    ["mqtt://h?user=x", /option "user" is none of client_id, protocol, keepalive, insecure/],
    ["mqtt://h?protocol=4", /neither 3\.1\.1 nor 5/],
    ["mqtt://h?keepalive=-1", /keepalive/],
    ["mqtt://h?keepalive=65536", /keepalive/],
    ["mqtt://h?keepalive", /keepalive/],
    ["mqtt://h?keepalive=1&keepalive=1", /twice/],
    ["mqtt://h?client_id=", /client_id" is empty/],
    ["mqtt://h/a?client_id=b", /differ/],
    ["mqtts://h?insecure=yes", /neither true nor false/],
    ["mqtt://h?insecure", /mqtts and wss only/],
    ["ws://h/a\tb", /WebSocket path/],
  ];
  for (const [text, reason] of cases) {
    const error = refusal(text);
    assert.match(error.message, reason, text);
    assert.match(error.message, /^Cannot read the connection string: /);
    assert.notEqual(error.hint, "");
  }
  assert.match(refusal("").hint, /mqtt:\/\/user:password@host:1883/);
});

Deno.test("certificates are checked unless whoever runs the server permits otherwise", () => {
  assert.equal(parse("mqtts://h?insecure=true").insecure, true);
  assert.match(refusal("mqtts://h?insecure=true", false).message, /not permitted/);
  assert.match(refusal("mqtts://h?insecure=true", false).hint, /ALLOW_INSECURE_TLS/);
  assert.equal(
    parseConnectionString("mqtts://h?insecure=false", { allowInsecureTls: false }).insecure,
    undefined,
  );
});

Deno.test("no error and no redacted form ever shows a password, however broken the string is", () => {
  const secret = "S3cr3t";
  const noise = fc.string({ unit: fc.constantFrom(..."/?#@:%&=[] a1\0ü".split("")), maxLength: 6 });
  const around = fc.tuple(noise, noise).map(([before, after]) => before + secret + after);
  const whole = fc.tuple(
    fc.constantFrom("mqtt://", "mqtts://", "ws://", "http://", "", "mqtt:/"),
    noise,
    around,
    fc.constantFrom("@h", "@h:1", "@", "@h:x", "@h?a=b", "@h/x/y", "@h?insecure=1", "h"),
  ).map(([scheme, user, password, rest]) => `${scheme}${user}:${password}${rest}`);
  fc.assert(
    fc.property(whole, (text) => {
      try {
        parseConnectionString(text, { allowInsecureTls: false });
      } catch (error) {
        assert.ok(error instanceof OperationError);
        assert.doesNotMatch(`${error.message} ${error.hint} ${error.cause ?? ""}`, /S3cr3t/i);
      }
    }),
    { numRuns: 5000 },
  );
});

Deno.test("a broker is named without its login", () => {
  assert.equal(formatBroker(parse("mqtts://anna:pw@[::1]")), "mqtts://[::1]:8883");
});
