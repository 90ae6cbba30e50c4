import assert from "node:assert/strict";
import { ConnectionError } from "../../../src/errors.ts";
import { OwnRequests } from "../../../src/mqtt/client/own_requests.ts";
import type { OwnRequest } from "../../../src/mqtt/hang_up.ts";

const lost = () => new ConnectionError("CONNECTION_LOST", "lost", "call again");

function publish(topic: string, refused?: string): OwnRequest {
  return { kind: "PUBLISH", topic, qos: 0, retain: false, bytes: 1, refused };
}

/** Runs a request that the broker answers once `meanwhile` has happened. */
function answered(requests: OwnRequests, own: OwnRequest, meanwhile = () => {}) {
  return requests.run<void>({ timeoutMs: 60_000, own, what: "Cannot" }, (settle) => {
    meanwhile();
    settle();
  });
}

Deno.test("a message is suspected until the broker answers something that was sent after it", async () => {
  const requests = new OwnRequests(lost);
  const first = publish("first");
  requests.suspect(first);
  await answered(requests, first);
  assert.deepEqual(requests.unanswered(), [first]);
  await answered(requests, publish("second"));
  assert.deepEqual(requests.unanswered(), []);
});

Deno.test("an answer to something sent before a message says nothing of that message", async () => {
  const requests = new OwnRequests(lost);
  const later = publish("later");
  await answered(requests, publish("sooner"), () => requests.suspect(later));
  assert.deepEqual(requests.unanswered(), [later]);
});

Deno.test("beside a message that the broker has just refused nothing else is suspected", async () => {
  const requests = new OwnRequests(lost);
  const refused = publish("no", "not authorized");
  const own: OwnRequest = { kind: "SUBSCRIBE", topic: "#" };
  const waiting = requests.run<void>({ timeoutMs: 60_000, own, what: "Cannot" }, () => {});
  requests.suspect(refused);
  assert.deepEqual(requests.unanswered(), [refused]);
  requests.end();
  await assert.rejects(waiting, /lost/);
});
