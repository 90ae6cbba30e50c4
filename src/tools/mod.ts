import { checkDevices } from "./check_devices.ts";
import { clearRetained } from "./clear_retained.ts";
import { closeConnection } from "./close_connection.ts";
import { debugDevice } from "./debug_device.ts";
import { establishConnection } from "./establish_connection.ts";
import { getTopicSchema } from "./get_topic_schema.ts";
import { listActiveConnections } from "./list_active_connections.ts";
import { listTopics } from "./list_topics.ts";
import { monitorPerformance } from "./monitor_performance.ts";
import { publishMessage } from "./publish_message.ts";
import { queryHistory } from "./query_history.ts";
import { recordTopics } from "./record_topics.ts";
import { requestReply } from "./request_reply.ts";
import { subscribeAndCollect } from "./subscribe_and_collect.ts";
import { testConnection } from "./test_connection.ts";
import { waitFor } from "./wait_for.ts";
import { watchTopics } from "./watch_topics.ts";
import type { AnyTool } from "./tool.ts";

/** Every tool, in the order in which clients see them. The order never depends on a connection. */
export const tools: readonly AnyTool[] = [
  establishConnection,
  listActiveConnections,
  closeConnection,
  checkDevices,
  listTopics,
  subscribeAndCollect,
  publishMessage,
  getTopicSchema,
  debugDevice,
  monitorPerformance,
  testConnection,
  recordTopics,
  queryHistory,
  clearRetained,
  waitFor,
  watchTopics,
  requestReply,
];
