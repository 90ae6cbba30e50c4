import assert from "node:assert/strict";
import { type BrokerListSources, NamedBrokers } from "../../src/session/named_brokers.ts";

function pem(label: string): string {
  return `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
}

const CA = pem("CERTIFICATE");
const CERT = `Bag Attributes\n${pem("CERTIFICATE")}`;
const KEY = pem("EC PRIVATE KEY");

const sources: BrokerListSources = {
  allowInsecureTls: false,
  environment: (name) => name === "MQTT_PASSWORD_PLANT" ? "from env" : undefined,
  readFile: (path) => {
    if (path === "/ca.pem") return CA;
    if (path === "/cert.pem") return CERT;
    if (path === "/key.pem") return KEY;
    if (path === "/secret") return "from file\n";
    throw new Deno.errors.NotFound(path);
  },
};

Deno.test("brokers are read from JSON and from TOML alike", () => {
  const json = NamedBrokers.parse(
    JSON.stringify({
      home: "mqtt://ada:pw@10.0.0.2",
      plant: {
        url: "mqtts://plant.example",
        username: "bob",
        password: "p",
        description: "Hall 3",
      },
    }),
    sources,
  );
  const toml = NamedBrokers.parse(
    'home = "mqtt://ada:pw@10.0.0.2"\n[plant]\nurl = "mqtts://plant.example"\nusername = "bob"\npassword = "p"\ndescription = "Hall 3"\n',
    sources,
  );
  for (const brokers of [json, toml]) {
    assert.deepEqual(brokers.names, ["home", "plant"]);
    assert.deepEqual(brokers.descriptions, [
      { name: "home", description: null },
      { name: "plant", description: "Hall 3" },
    ]);
    assert.equal(brokers.resolve("home").password, "pw");
    const plant = brokers.resolve("plant");
    assert.deepEqual([plant.protocol, plant.port, plant.username, plant.password], [
      "mqtts",
      8883,
      "bob",
      "p",
    ]);
    assert.equal(brokers.tlsOf("plant"), null);
  }
});

Deno.test("passwords and certificates come from the environment and from files", () => {
  const brokers = NamedBrokers.parse(
    JSON.stringify({
      a: { url: "mqtt://h", username: "u", password_env: "MQTT_PASSWORD_PLANT" },
      b: { url: "mqtt://h", username: "u", password_file: "/secret" },
      c: { url: "mqtts://h", ca_file: "/ca.pem", cert_file: "/cert.pem", key_file: "/key.pem" },
    }),
    sources,
  );
  assert.equal(brokers.resolve("a").password, "from env");
  assert.equal(brokers.resolve("b").password, "from file");
  assert.deepEqual(brokers.tlsOf("c"), { ca: CA, cert: CERT, key: KEY });
});

Deno.test("what is wrong with a list is told by the entry's name, and never with its secret", () => {
  const wrong: [string, RegExp][] = [
    ["{", /neither valid JSON nor valid TOML/],
    ["[]", /list of brokers/],
    ['{"a":7}', /broker "a": it is neither a connection string nor a table/],
    ['{"a":{"username":"u","password":"hunter2"}}', /broker "a": url is missing or no text/],
    [
      '{"a":{"url":"mqtt://h","pasword":"hunter2"}}',
      /broker "a": "pasword" is none of url, .*password/,
    ],
    ['{"a":"ftp://u:hunter2@h"}', /broker "a"/],
    [
      '{"a":{"url":"mqtt://h","password_env":"MQTT_PASSWORD_NONE"}}',
      /broker "a".*MQTT_PASSWORD_NONE is not set/,
    ],
    [
      '{"a":{"url":"mqtts://h","ca_file":"/missing"}}',
      /broker "a": ca_file "\/missing" cannot be read: there is no such file.*Try: /,
    ],
    [
      '{"a":{"url":"mqtts://h","password_file":"/missing"}}',
      /broker "a": password_file "\/missing" cannot be read: there is no such file.*Try: /,
    ],
    [
      '{"a":{"url":"mqtts://h","ca_file":"/key.pem"}}',
      /broker "a": ca_file: it holds no whole certificate/,
    ],
    [
      '{"a":{"url":"mqtts://h","cert_file":"/cert.pem","key_file":"/cert.pem"}}',
      /broker "a": key_file: it holds no whole private key/,
    ],
    [
      '{"a":{"url":"mqtts://h","cert_file":"/cert.pem"}}',
      /broker "a".*both cert_file and key_file/,
    ],
    ['{"a":"mqtts://u:hunter2@h?insecure=true"}', /broker "a"/],
  ];
  for (const [text, expected] of wrong) {
    assert.throws(() => NamedBrokers.parse(text, sources), (error: Error) => {
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    }, text);
  }
});

Deno.test("an unknown name is refused with the known ones", () => {
  const brokers = NamedBrokers.parse('{"home":"mqtt://h"}', sources);
  assert.throws(() => brokers.resolve("hom"), { code: "INVALID_ARGUMENT", hint: /home/ });
  assert.throws(() => NamedBrokers.none().resolve("x"), { code: "INVALID_ARGUMENT" });
  assert.deepEqual(NamedBrokers.none().names, []);
  assert.throws(() => brokers.resolve("__proto__"), { code: "INVALID_ARGUMENT" });
});
