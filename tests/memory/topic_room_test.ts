import assert from "node:assert/strict";
import { MessageLog } from "../../src/collect/message_log.ts";
import { Sampler } from "../../src/sampling/sampler.ts";
import { TopicRoom, TOPICS_IN_ANY_CASE } from "../../src/memory/topic_room.ts";
import { message } from "../support/messages.ts";

Deno.test("while memory is short some topics are told apart in any case, and no more", () => {
  const room = new TopicRoom();
  assert.equal(room.mayAdd(10 * TOPICS_IN_ANY_CASE), true);
  room.closed = true;
  assert.equal(room.mayAdd(TOPICS_IN_ANY_CASE - 1), true);
  assert.equal(room.mayAdd(TOPICS_IN_ANY_CASE), false);
});

Deno.test("after every thousand new topics memory is looked at, also in the middle of a flood", () => {
  const room = new TopicRoom();
  let looks = 0;
  room.look = () => room.closed = ++looks === 15;
  let added = 0;
  for (let i = 0; i < 100_000; i++) if (room.mayAdd(added)) added++;
  assert.equal(looks, 15);
  assert.equal(added, 14_999, "the one on which it was closed is not added");
});

Deno.test("with the room closed, messages on further topics are counted, and those of known topics told apart as before", () => {
  const room = new TopicRoom();
  const log = new MessageLog({ limitBytes: 1e7, topicRoom: room });
  const sampler = new Sampler({ target: 10, topicRoom: room });
  const take = (topic: string) => {
    log.append(message(topic, "1"));
    sampler.offer(message(topic, "1"));
  };
  for (let i = 0; i < TOPICS_IN_ANY_CASE + 50; i++) take(`t/${i}`);
  room.closed = true;
  for (let i = 0; i < 20; i++) take(`late/${i}`);
  take("t/7");
  assert.equal(log.topics.length, TOPICS_IN_ANY_CASE + 50);
  assert.equal(log.uncountedTopics, 20);
  assert.equal(log.topic("t/7")?.messages, 2);
  assert.notEqual(log.evictedThrough, null);
  assert.equal(log.gaveWayThrough, null, "what was held still is");
  assert.equal(log.total, TOPICS_IN_ANY_CASE + 71);
  const result = sampler.result();
  assert.equal(result.total, TOPICS_IN_ANY_CASE + 71);
  assert.equal(result.other_topics, 20);
  assert.equal(result.topics.get("t/7"), 2);
  room.closed = false;
  take("late/0");
  assert.equal(log.topic("late/0")?.messages, 1);
});
