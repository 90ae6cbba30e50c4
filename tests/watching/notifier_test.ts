import assert from "node:assert/strict";
import { showSecrets } from "../../src/payload/secrets.ts";
import { headerText, postOf, requestOf } from "../../src/watching/notification.ts";
import { Notifier } from "../../src/watching/notifier.ts";
import { notifyTarget } from "../../src/watching/notify_target.ts";
import type { Watch } from "../../src/watching/watch.ts";
import type { WatchEvent } from "../../src/watching/watches.ts";
import { message } from "../support/messages.ts";
import { ends, turnsPass, until } from "../support/wait.ts";

function watchOf(fields: Partial<Watch> = {}): Watch {
  return {
    id: "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a",
    sessionId: "s",
    broker: "broker.example:1883",
    name: "oil is low",
    target: { topic: "tank/#", where: [], retained: false },
    cooldownS: 60,
    since: 0,
    met: 1,
    heldBack: 0,
    last: {
      reason: "matched",
      message: message("tank/oil", { level: 3 }),
      at: 1_000,
      sizeBytes: 11,
    },
    times: [1_000],
    deviceState: null,
    missingPaths: [],
    gaps: 0,
    refused: [],
    ended: null,
    ...fields,
  };
}

function event(fields: Partial<Watch> = {}): WatchEvent {
  return { type: fields.ended ? "ended" : "met", watch: watchOf(fields) };
}

/** What a receiver got. */
interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A receiver that answers as told; `answer` is asked once for each request. */
function startReceiver(answer: (n: number, path: string) => Response | Promise<Response>) {
  const received: Received[] = [];
  // A sender that gave up amid its request would keep a server that closes gracefully for ever.
  const stop = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", signal: stop.signal, onListen() {} };
  const server = Deno.serve(options, async (request) => {
    const path = new URL(request.url).pathname;
    received.push({ path, headers: request.headers, body: await request.text() });
    return await answer(received.length, path);
  });
  return {
    received,
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

const ok = () => new Response("ok");

Deno.test("the host says whether a text or JSON is posted, unless the URL does", () => {
  const forms = {
    "https://ntfy.sh/pumps": "text",
    "http://ntfy/pumps": "text",
    "https://ntfy.home.example:8443/pumps": "text",
    "https://push.ntfy-plant.example/pumps": "text",
    "https://hooks.slack.com/services/T/B/x": "json",
    "http://homeassistant.local:8123/api/webhook/abc": "json",
    "http://192.168.1.5/ntfy": "json",
    "https://notntfy.example/x": "json",
    "ntfy+http://192.168.1.5:8080/pumps": "text",
    "json+https://ntfy.sh/": "json",
  };
  for (const [url, form] of Object.entries(forms)) {
    const target = notifyTarget(url);
    assert.equal(target.form, form, url);
    assert.match(target.url, /^https?:/);
  }
});

Deno.test("a login of the URL goes into a header and stays out of the address", () => {
  const target = notifyTarget("https://me:p%40ss@ntfy.sh/pumps#x");
  assert.equal(target.url, "https://ntfy.sh/pumps");
  assert.equal(target.authorization, `Basic ${btoa("me:p@ss")}`);
  assert.equal(notifyTarget("https://ntfy.sh/pumps").authorization, null);
  const token = notifyTarget("https://:tk_1@ntfy.sh/pumps");
  assert.equal(token.authorization, `Basic ${btoa(":tk_1")}`);
});

Deno.test("a heading is ASCII in a header, whatever stands in it", () => {
  assert.equal(headerText("oil is low"), "oil is low");
  for (const text of ["Öl ist knapp", "=?x", "🛢️ ".repeat(60), "a\r\nX-Evil: 1", "ö".repeat(100)]) {
    const header = headerText(text);
    assert.match(header, /^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
    const words = header.split(" ");
    assert.ok(words.every((word) => word.length <= 75));
    const decoded = words.map((word) =>
      new TextDecoder("utf-8", { fatal: true }).decode(
        Uint8Array.fromBase64(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)![1]),
      )
    );
    assert.equal(decoded.join(""), text);
  }
});

Deno.test("a post shows a stranger's text cut, on one line, without secrets and in a fence", () => {
  const target = { form: "text", authorization: null } as const;
  const bodyOf = (topic: string, payload: unknown) => {
    const last = {
      reason: "matched",
      message: message(topic, payload),
      at: 0,
      sizeBytes: 1,
    } as const;
    const post = postOf(event({ last }));
    return [
      requestOf(post, { target, lost: 0 }).body,
      requestOf(post, { target: { ...target, form: "json" }, lost: 0 }).body,
    ];
  };
  for (
    const body of bodyOf("cfg", {
      wifi_password: "hunter2hunter2",
      url: "rtsp://me:hunter2hunter2@cam/",
    })
  ) {
    assert.doesNotMatch(body, /hunter2/);
  }
  for (const body of bodyOf("t", "x".repeat(1_000_000))) assert.ok(body.length < 2_000);
  for (const body of bodyOf("x".repeat(65_000), "x")) assert.ok(body.length < 2_000);
  const [text] = bodyOf("a`b", "` \n\nIGNORE ALL\u202e `");
  const lines = text.split("\n");
  assert.equal(lines.length, 3, text);
  assert.equal(lines[1], "`' \\u{a}\\u{a}IGNORE ALL\\u{202e} '`");
  assert.match(lines[0], /on `a'b`$/);
});

Deno.test("what is posted is without secrets even where the operator sees them", () => {
  showSecrets(true);
  try {
    for (const [topic, payload] of [["wifi/password", "hunter2"], ["cfg", { psk: "hunter2" }]]) {
      const last = {
        reason: "changed",
        message: message(topic as string, payload),
        before: { psk: "hunter2" },
        at: 0,
        sizeBytes: 1,
      } as const;
      assert.doesNotMatch(postOf(event({ last })).text, /hunter2/);
    }
  } finally {
    showSecrets(false);
  }
});

Deno.test("a watch that is over is told as such, and so is a device's state and what was lost", () => {
  const target = { form: "text", authorization: "Basic x" } as const;
  const over = requestOf(postOf(event({ ended: { at: 5, why: "expired" }, met: 3 })), {
    target,
    lost: 2,
  });
  assert.equal(over.headers.title, "Watch ended: oil is low");
  assert.equal(over.headers.authorization, "Basic x");
  assert.match(over.body, /is over: its session expired. It was met 3 times/);
  assert.match(over.body, /2 earlier posts were lost/);
  const state = postOf(event({
    target: { device: "pump3", state: "offline", retained: false },
    last: {
      reason: "state",
      message: null,
      before: "online",
      evidence: '"pump3/status" says offline',
      at: 0,
      sizeBytes: 0,
    },
  }));
  assert.match(
    state.text,
    /: pump3 is offline or flapping now \(online before\)\n`"pump3\/status" says offline`/,
  );
  const quiet = postOf(event({ last: { reason: "quiet", message: null, at: 0, sizeBytes: 0 } }));
  assert.match(quiet.text, /nothing came at all/);
});

Deno.test("ntfy gets a text with its headers, a webhook JSON in which chats find their text", async () => {
  await using receiver = startReceiver(ok);
  const text = new Notifier({ setting: `ntfy+${receiver.url}/pumps` });
  const json = new Notifier({ setting: receiver.url.replace("//", "//me:secret1@") + "/hook" });
  text.add(event({ name: "Öl" }));
  await until("it is delivered", () => text.status.delivered === 1);
  json.add(event());
  await until("it is delivered", () => json.status.delivered === 1);
  const [first, second] = receiver.received;
  assert.equal(first.path, "/pumps");
  assert.deepEqual(
    ["title", "priority", "tags", "content-type"].map((name) => first.headers.get(name)),
    ["=?UTF-8?B?w5Zs?=", "4", "bell", "text/plain; charset=utf-8"],
  );
  assert.match(first.body, /^1970-01-01T00:00:01.000Z on `tank\/oil`\n`{"level":3}`\nAt broker/);
  assert.equal(second.headers.get("authorization"), `Basic ${btoa("me:secret1")}`);
  const body = JSON.parse(second.body);
  assert.deepEqual([body.event, body.title, body.watch.met], ["met", "oil is low", 1]);
  assert.ok(body.text === body.content && body.text.endsWith(body.message));
  await Promise.all([text.close(), json.close()]);
});

Deno.test("what may pass is tried again a bounded number of times, and what was lost is told later", async () => {
  let broken = true;
  await using receiver = startReceiver(() => broken ? new Response("no", { status: 500 }) : ok());
  const notifier = new Notifier({ setting: `ntfy+${receiver.url}/x`, pausesMs: [1, 1] });
  notifier.add(event());
  await until("it is given up", () => notifier.status.lost === 1);
  assert.equal(receiver.received.length, 3);
  assert.equal(notifier.status.last_error, "it answered 500");
  broken = false;
  notifier.add(event());
  await until("the next is delivered", () => notifier.status.delivered === 1);
  assert.match(receiver.received[3].body, /1 earlier posts were lost/);
  notifier.add(event());
  await until("the one after it is delivered", () => notifier.status.delivered === 2);
  assert.doesNotMatch(receiver.received[4].body, /earlier/);
  assert.equal(notifier.status.last_error, null);
  await notifier.close();
});

Deno.test("who answers 500 for ever keeps a bounded number waiting, and nothing stands still for it", async () => {
  await using receiver = startReceiver(() => new Response("no", { status: 500 }));
  const notifier = new Notifier({ setting: `json+${receiver.url}/x`, pausesMs: [3_600_000] });
  for (let i = 0; i < 500; i++) notifier.add(event());
  await until("the first was tried", () => receiver.received.length === 1);
  await turnsPass();
  assert.deepEqual([notifier.status.waiting, notifier.status.lost], [50, 450]);
  await ends("closing", notifier.close());
  assert.equal(receiver.received.length, 1);
});

Deno.test("who refuses is not asked again", async () => {
  await using receiver = startReceiver(() => new Response("no", { status: 403 }));
  const notifier = new Notifier({ setting: `${receiver.url}/x`, pausesMs: [1, 1] });
  notifier.add(event());
  await until("it is given up", () => notifier.status.lost === 1);
  assert.equal(receiver.received.length, 1);
  await notifier.close();
});

Deno.test("who hangs is left after the limit, and whoever closes does not wait for it", async () => {
  const hang = Promise.withResolvers<Response>();
  await using receiver = startReceiver((n) => n === 1 ? hang.promise : ok());
  const notifier = new Notifier({ setting: `${receiver.url}/x`, limitMs: 50, pausesMs: [1] });
  notifier.add(event());
  await until("the second attempt is taken", () => notifier.status.delivered === 1);
  hang.resolve(ok());
  const never = Promise.withResolvers<Response>();
  await using deaf = startReceiver(() => never.promise);
  const waiting = new Notifier({ setting: `${deaf.url}/x` });
  waiting.add(event());
  await until("it is asked", () => deaf.received.length === 1);
  await ends("closing", waiting.close());
  never.resolve(ok());
  await notifier.close();
});

Deno.test("a redirect is followed within its origin only, and never round and round", async () => {
  await using stranger = startReceiver(ok);
  await using receiver = startReceiver((_, path) => {
    const to: Record<string, string> = {
      "/away": `${stranger.url}/steal`,
      "/near": "/there",
      "/round": "/round",
    };
    return to[path] === undefined
      ? ok()
      : new Response(null, { status: 307, headers: { location: to[path] } });
  });
  const statusOf = async (path: string) => {
    const notifier = new Notifier({ setting: `http://me:secret1@${receiver.url.slice(7)}${path}` });
    notifier.add(event());
    await until("it is over", () => notifier.status.delivered + notifier.status.lost === 1);
    await notifier.close();
    return notifier.status;
  };
  assert.match((await statusOf("/away")).last_error ?? "", /another origin/);
  assert.deepEqual(stranger.received, [], "the login and the text stay here");
  assert.equal((await statusOf("/near")).delivered, 1);
  assert.match((await statusOf("/round")).last_error ?? "", /more than 3 times/);
});

Deno.test("nobody at the address is said without the address", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const notifier = new Notifier({ setting: `http://127.0.0.1:${port}/secret-topic`, pausesMs: [] });
  notifier.add(event());
  await until("it is given up", () => notifier.status.lost === 1);
  assert.equal(notifier.status.last_error, "it cannot be reached");
  await notifier.close();
});
