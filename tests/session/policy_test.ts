import assert from "node:assert/strict";
import { createPolicy } from "../../src/session/policy.ts";
import { bytes, establish, makeRegistry, until } from "../support/sessions.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";

function allowsBroker(rules: string[], host: string, port = 1883): boolean {
  try {
    createPolicy({ allowedBrokers: rules }).checkBroker({ host, port });
    return true;
  } catch (error) {
    assert(error instanceof Error && "code" in error);
    assert.equal(error.code, "NOT_ALLOWED");
    return false;
  }
}

Deno.test("ALLOWED_BROKERS knows hosts, ports, suffixes, addresses and blocks", () => {
  assert(allowsBroker([], "anything"));
  assert(allowsBroker(["broker.lan"], "BROKER.lan", 8883));
  assert(!allowsBroker(["broker.lan"], "other.lan"));
  assert(allowsBroker(["broker.lan:1883"], "broker.lan"));
  assert(!allowsBroker(["broker.lan:1883"], "broker.lan", 8883));
  assert(allowsBroker(["*.lan"], "a.b.lan"));
  assert(!allowsBroker(["*.lan"], "lan"));
  assert(!allowsBroker(["*.lan"], "evil-lan"));
  assert(allowsBroker(["192.168.0.0/16"], "192.168.7.1"));
  assert(!allowsBroker(["192.168.0.0/16"], "192.169.7.1"));
  assert(allowsBroker(["10.1.2.128/25"], "10.1.2.200"));
  assert(!allowsBroker(["10.1.2.128/25"], "10.1.2.100"));
  assert(allowsBroker(["fd00::/8"], "fd12:3456::1"));
  assert(!allowsBroker(["fd00::/8"], "fe80::1"));
  assert.throws(
    () => createPolicy({ allowedBrokers: ["lan"] }).checkBroker({ host: "fe80::1", port: 1883 }),
    { code: "NOT_ALLOWED", message: /"\[fe80::1\]:1883"/ },
  );
  assert(allowsBroker(["[::1]:1883"], "::1"));
  assert(allowsBroker(["::1"], "::1", 9));
  assert(allowsBroker(["MÜNCHEN.lan"], "xn--mnchen-3ya.lan"));
  assert(allowsBroker(["mosquitto_broker_1:1883"], "mosquitto_broker_1"));
  const wrong = ["10.0.0.0/33", "host:port", "a/8", "", "[broker.lan]:1883"];
  wrong.push("host:0", "host:99999", "*", "*.", "*.10.0.0.1", "ho st", "mqtt://host", "u@host");
  for (const bad of wrong) {
    assert.throws(() => createPolicy({ allowedBrokers: [bad] }), /ALLOWED_BROKERS/);
  }
});

Deno.test("a name may lead into a listed block, and a listed name to any ordinary address", () => {
  const leads = (rules: string[], address: string, port = 1883) => {
    const target = { host: "broker.lan", port };
    try {
      const policy = createPolicy({ allowedBrokers: rules });
      policy.checkBroker(target);
      policy.checkAddress(target, address);
      return true;
    } catch (error) {
      assert.match(String(error), /Cannot connect to "broker\.lan/);
      return false;
    }
  };
  assert(leads([], "192.168.1.5"));
  assert(leads(["10.0.0.0/8"], "10.1.2.3"));
  assert(leads(["10.0.0.0/8"], "::ffff:10.1.2.3"));
  assert(leads(["10.0.0.0/8"], "::ffff:a01:203"));
  assert(!leads(["10.0.0.0/8"], "11.1.2.3"));
  assert(leads(["10.1.2.3:1883"], "10.1.2.3"));
  assert(!leads(["10.1.2.3:1883"], "10.1.2.3", 8883));
  assert(leads(["*.lan"], "11.1.2.3"));
  assert(!leads(["other.lan"], "11.1.2.3"));
});

Deno.test("link-local and metadata addresses are refused unless they are listed themselves", () => {
  const addresses = [
    "169.254.169.254",
    "169.254.7.1",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "100.100.100.200",
  ];
  for (const address of addresses) {
    for (const rules of [[], ["0.0.0.0/0", "::/0"], ["broker.lan"]]) {
      const { checkAddress } = createPolicy({ allowedBrokers: rules });
      assert.throws(
        () => checkAddress({ host: "broker.lan", port: 1883 }, address),
        { code: "NOT_ALLOWED", message: /a (link-local|metadata) address/ },
        `${address} with ${rules}`,
      );
    }
    assert(allowsBroker([address.replace(/%.*/, "")], address), address);
    assert(!allowsBroker([], address), address);
  }
  assert(allowsBroker(["169.254.0.0/16"], "169.254.7.1"));
  assert(!allowsBroker(["169.254.0.0/16"], "169.254.169.254"));
  assert(allowsBroker([], "127.0.0.1"));
  assert(allowsBroker([], "fd00:ec2::255"));
});

Deno.test("publishing: read-only refuses all, deny goes before allow", () => {
  assert.throws(() => createPolicy({ readOnly: true }).checkPublish("a"), /read-only/);
  const policy = createPolicy({ publishAllow: ["home/#"], publishDeny: ["home/lock/+"] });
  policy.checkPublish("home/light");
  assert.throws(() => policy.checkPublish("home/lock/1"), /PUBLISH_DENY/);
  assert.throws(() => policy.checkPublish("plant/1"), /PUBLISH_ALLOW/);
  createPolicy({}).checkPublish("anything");
});

Deno.test("subscribing: what is wholly forbidden is refused, what is partly allowed is narrowed", () => {
  const policy = createPolicy({ subscribeAllow: ["home/#"], subscribeDeny: ["home/secret/#"] });
  policy.checkSubscribe("home/light");
  assert(!policy.narrows("home/light"));
  policy.checkSubscribe("#");
  assert(policy.narrows("#"));
  assert(policy.narrows("home/#"));
  assert.throws(() => policy.checkSubscribe("home/secret/+"), /SUBSCRIBE_DENY/);
  assert.throws(() => policy.checkSubscribe("plant/#"), /SUBSCRIBE_ALLOW/);
  assert(policy.admits("home/light") && !policy.admits("home/secret/1") && !policy.admits("x"));
  assert.throws(() => createPolicy({ readOnly: true }).checkSubscribe("$share/g/a"), /read-only/);
  createPolicy({}).checkSubscribe("$share/g/a");
});

Deno.test("special addresses are found wherever IPv6 holds an IPv4 address", () => {
  const forms = (hex: string, dotted: string) => [
    `64:ff9b::${hex}`,
    `64:ff9b::${dotted}`,
    `64:ff9b:1::${hex}`,
    `64:ff9b:1:${hex.split(":")[0]}:${hex.split(":")[1].padStart(4, "0").slice(0, 2)}:${
      hex.split(":")[1].padStart(4, "0").slice(2)
    }00::`,
    `2002:${hex}::`,
    `2002:${hex}::1`,
    `2002:${hex}:7:1:2:3:4`,
    `::${hex}`,
    `::${dotted}`,
    `::ffff:${dotted}%eth0`,
  ];
  const special = [
    ...forms("a9fe:a9fe", "169.254.169.254"),
    ...forms("a9fe:701", "169.254.7.1"),
    ...forms("6464:64c8", "100.100.100.200"),
  ];
  for (const address of special) {
    for (const rules of [[], ["::/0", "0.0.0.0/0"], ["64:ff9b::/64", "2002::/16", "::/64"]]) {
      const { checkAddress } = createPolicy({ allowedBrokers: rules });
      assert.throws(
        () => checkAddress({ host: "broker.lan", port: 1883 }, address),
        { code: "NOT_ALLOWED", message: /a (link-local|metadata) address/ },
        `${address} with ${rules}`,
      );
    }
    assert(allowsBroker([address.replace(/%.*/, "")], address), address);
  }
  for (const ordinary of [...forms("a010:203", "160.16.2.3"), "::1", "2001:db8::a9fe:a9fe"]) {
    assert(allowsBroker([], ordinary), ordinary);
  }
});

Deno.test("a prefix by which a topic stands for another does not lead around a list", () => {
  const policy = createPolicy({
    subscribeDeny: ["secret/#", "$exclusive/#"],
    publishDeny: ["cmnd/boiler/#"],
  });
  const secret = [
    "$share/g/secret/#",
    "$queue/secret/#",
    "$exclusive/secret/a",
    "$oshare/g/secret/+",
    "$share/g/$queue/secret/#",
    "$queue/$share/g/$exclusive/secret/a",
    "$share/g/$share/h/secret/a",
    "$delayed/5/secret/a",
  ];
  for (const filter of secret) {
    assert.throws(() => policy.checkSubscribe(filter), /SUBSCRIBE_DENY/, filter);
    assert(!policy.admits(filter), filter);
  }
  assert.throws(() => policy.checkSubscribe("$exclusive/home/a"), /SUBSCRIBE_DENY/);
  policy.checkSubscribe("$queue/home/#");
  assert(policy.narrows("$queue/#") && !policy.narrows("$queue/home/#"));
  for (const topic of ["$delayed/1/cmnd/boiler/POWER", "$delayed/1/$delayed/2/cmnd/boiler/x"]) {
    assert.throws(
      () => policy.checkPublish(topic),
      /stands for "cmnd\/boiler\/.*PUBLISH_DENY/,
      topic,
    );
  }
  policy.checkPublish("$delayed/1/cmnd/lamp/POWER");
  const many = `${"$queue/".repeat(50)}secret/a`;
  assert.throws(() => policy.checkSubscribe(many), /begins with \$/);
  assert.throws(() => policy.checkPublish("$delayed/1/".repeat(50) + "x"), /begins with \$/);

  const allowing = createPolicy({ subscribeAllow: ["home/#"], publishAllow: ["cmnd/#"] });
  allowing.checkSubscribe("$share/g/$queue/home/+");
  assert.throws(() => allowing.checkSubscribe("$queue/plant/#"), /SUBSCRIBE_ALLOW/);
  allowing.checkPublish("$delayed/5/cmnd/x");
  assert.throws(() => allowing.checkPublish("$delayed/5/other"), /PUBLISH_ALLOW/);
  for (const filter of ["$queue/#", "$share/g/#", "$exclusive/a"]) {
    assert.throws(() => createPolicy({ readOnly: true }).checkSubscribe(filter), /read-only/);
  }
  assert.throws(() => createPolicy({ publishAllow: ["$delayed/5/a"] }), /stands for "a"/);
});

Deno.test("an unknown topic that begins with $ needs an entry of its own where a list is set", () => {
  for (const limits of [{ subscribeDeny: ["x"] }, { subscribeAllow: ["#", "+/+"] }]) {
    const policy = createPolicy(limits);
    assert.throws(() => policy.checkSubscribe("$stream/secret/#"), /SUBSCRIBE_ALLOW/);
    assert.throws(() => policy.checkSubscribe("$queue/$other/x"), /SUBSCRIBE_ALLOW/);
    assert(!policy.admits("$stream/secret/a"));
  }
  const denying = createPolicy({ subscribeDeny: ["x"], publishDeny: ["x"] });
  denying.checkSubscribe("$SYS/#");
  assert(denying.admits("$SYS/broker/uptime"));
  assert.throws(() => denying.checkPublish("$aws/things/1/shadow/update"), /PUBLISH_ALLOW/);
  const own = createPolicy({ subscribeAllow: ["#", "$stream/#"], publishAllow: ["$aws/#"] });
  own.checkSubscribe("$stream/a");
  assert(own.admits("$stream/a"));
  own.checkPublish("$aws/things/1/shadow/update");
  createPolicy({}).checkSubscribe("$stream/a");
  createPolicy({}).checkPublish("$aws/x");
});

Deno.test("a message that comes for another filter than it matches is asked about like any other", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return false;
      const subscriptionIdentifier = packet.properties?.subscriptionIdentifier;
      client.send({ cmd: "suback", messageId: packet.messageId!, granted: [0] });
      for (const topic of ["secret/plan", "home/light"]) {
        client.send({
          cmd: "publish",
          topic,
          payload: "1",
          qos: 0,
          dup: false,
          retain: false,
          properties: { subscriptionIdentifier },
        });
      }
      return true;
    },
  });
  await using registry = await makeRegistry({
    policy: createPolicy({ subscribeDeny: ["secret/#"] }),
  });
  const session = await establish(registry, broker.url);
  const heard: string[] = [];
  await using _listening = await session.listen({
    filters: ["home/#"],
    onMessage: ({ topic }) => heard.push(topic),
  });
  await until("the message comes", () => heard.length > 0);
  assert.deepEqual(heard, ["home/light"]);
});

Deno.test("a response topic counts as a publish", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry({ policy: createPolicy({ publishDeny: ["lock/#"] }) });
  const session = await establish(registry, broker.url);
  for (const responseTopic of ["lock/front", "$delayed/1/lock/front"]) {
    await assert.rejects(
      session.publish({
        topic: "ask",
        payload: bytes("?"),
        qos: 0,
        retain: false,
        properties: { responseTopic },
      }),
      { code: "NOT_ALLOWED", message: /lock\/front/ },
    );
  }
});

Deno.test("a list of topic filters with a wrong entry is refused, naming the list and the entry", () => {
  assert.throws(
    () => createPolicy({ publishAllow: ["ok/#", "a/#/b"] }),
    /PUBLISH_ALLOW.*"a\/#\/b"/,
  );
  assert.throws(() => createPolicy({ publishDeny: ["a+"] }), /PUBLISH_DENY.*"a\+"/);
  assert.throws(() => createPolicy({ subscribeAllow: ["#/x"] }), /SUBSCRIBE_ALLOW.*"#\/x"/);
  assert.throws(() => createPolicy({ subscribeDeny: ["$share/g/a"] }), /SUBSCRIBE_DENY.*\$share/);
});

Deno.test("a narrowed subscription hands over only allowed topics, and says so", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry({
    policy: createPolicy({ subscribeDeny: ["secret/#"] }),
  });
  const session = await establish(registry, broker.url);
  const topics: string[] = [];
  const listening = await session.listen({
    filters: ["#", "secret/a"],
    onMessage: ({ topic }) => void topics.push(topic),
  });
  for (const topic of ["secret/a", "a", "end"]) {
    await session.publish({ topic, payload: bytes("1"), qos: 1, retain: false });
  }
  await until("the end came", () => topics.includes("end"));
  assert.deepEqual(topics, ["a", "end"]);
  const report = listening.report();
  assert.deepEqual(report.refused.map(({ filter }) => filter), ["secret/a"]);
  assert.match(report.notes.join(), /policy/);
  await assert.rejects(session.listen({ filters: ["secret/a"], onMessage: () => {} }), {
    code: "NOT_ALLOWED",
  });
});
