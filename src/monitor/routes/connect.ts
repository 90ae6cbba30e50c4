import { log } from "../../log.ts";
import { parseConnectionString } from "../../mqtt/connection_string.ts";
import { establishConnection } from "../../tools/establish_connection.ts";
import { recordTopics } from "../../tools/record_topics.ts";
import { testConnection } from "../../tools/test_connection.ts";
import * as shapes from "../shapes/connect.ts";
import { nothingShape } from "../shapes/parts.ts";
import { nameBodyShape, namedShape } from "../shapes/sessions.ts";
import { recordBodyShape, recordedShape } from "../shapes/writes.ts";
import type { DemoHost } from "../demo_host.ts";
import { RateLimit } from "../http_guard.ts";
import { callAsPage, PAGE_CLIENT } from "../page_call.ts";
import { defineRoute, errorResponse, HttpError, type Route, tooMany } from "../route.ts";
import { withLogin } from "../url_login.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

/** The field of the form that an error is about. */
const FIELDS = {
  CONNECTION_STRING_INVALID: "connection_string",
  BROKER_UNREACHABLE: "connection_string",
  CONNECTION_TIMEOUT: "connection_string",
  TLS_FAILED: "connection_string",
  NOT_ALLOWED: "connection_string",
  AUTHENTICATION_FAILED: "username",
  TOPIC_INVALID: "topics",
};
const NDJSON = "application/x-ndjson";

/** Brokers: tried, connected to, recorded from, and the demo. */
export function connectRoutes(sources: RouteSources): readonly Route[] {
  const { core, activity, names, demo } = sources;
  const attempts = new RateLimit({ perSecond: 0.5, burst: 10 });
  const checkPace = () => {
    if (!attempts.take()) throw tooMany();
  };
  let demoSession: Promise<Record<string, unknown>> | null = null;
  return [
    defineRoute({
      method: "post",
      path: "/api/test-connection",
      summary: "Run test_connection: try a broker connection stage by stage; as lines of JSON " +
        `(accept: ${NDJSON}) each stage is told as it passes, and the report or the error comes last`,
      body: shapes.testConnectionBodyShape,
      answer: shapes.testConnectionShape,
      handle: async ({ body, request }) => {
        checkPace();
        const args = targetOf(body);
        const call = { core, activity, fields: FIELDS };
        if (!(request.headers.get("accept") ?? "").includes(NDJSON)) {
          return await callAsPage(testConnection, args, { ...call, signal: request.signal });
        }
        return linesOf(async (tell, signal) => ({
          report: await callAsPage(testConnection, args, {
            ...call,
            signal,
            onProgress: ({ progress, total, message }) =>
              tell({ stage: { progress, total: total ?? null, message } }),
          }),
        }));
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/connect",
      summary: "Run establish_connection, and give the broker a name on these pages",
      body: shapes.connectBodyShape,
      answer: shapes.connectedShape,
      writes: true,
      handle: async ({ body, request }) => {
        checkPace();
        const args = targetOf(body);
        const name = body.name?.trim();
        if (name && args.connection_string !== undefined) checkName(name, args.connection_string);
        const facts = await callAsPage(establishConnection, {
          ...args,
          record: body.topics,
        }, { core, activity, signal: request.signal, fields: FIELDS });
        const session = sessionOf(core, String(facts.session_id));
        if (name && session.broker.name === undefined) {
          names.set(session.broker, name, { keep: true });
        }
        return facts;
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/demo",
      summary: "Start the demo broker in this process, connect to it and record everything",
      body: nothingShape,
      answer: shapes.connectedShape,
      writes: true,
      handle: async () => {
        if (demo === null || !sources.offers().demo) {
          throw new HttpError(422, "NOT_ALLOWED", "Cannot start the demo: it is switched off here");
        }
        // whoever asks meanwhile gets the same session
        demoSession ??= openDemo(demo).finally(() => demoSession = null);
        return await demoSession;
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/record",
      summary: "Run record_topics: start or stop recording topic filters",
      body: recordBodyShape,
      answer: recordedShape,
      writes: true,
      handle: ({ body, request }) =>
        callAsPage(recordTopics, body, {
          core,
          activity,
          signal: request.signal,
          fields: { ...FIELDS, INVALID_ARGUMENT: "topics", NOT_ALLOWED: "topics" },
        }),
    }),
    defineRoute({
      method: "post",
      path: "/api/brokers/name",
      summary: "Give the broker of a session another name on these pages",
      body: nameBodyShape,
      answer: namedShape,
      writes: true,
      handle: ({ body }) => {
        const { broker } = sessionOf(core, body.session_id);
        if (broker.name !== undefined) {
          throw new HttpError(
            422,
            "NOT_ALLOWED",
            "The operator's settings name this broker",
            undefined,
            "name",
          );
        }
        checkTaken(body.name.trim(), broker);
        names.set(broker, body.name.trim(), { keep: true });
        return { name: body.name.trim() };
      },
    }),
  ];

  async function openDemo(host: DemoHost): Promise<Record<string, unknown>> {
    return await host.use(async ({ url }) => {
      const open = core.sessions.list(PAGE_CLIENT.id).find(({ broker }) => host.is(broker));
      if (open !== undefined) return { session_id: open.id, status: open.state };
      checkPace();
      names.set(parseConnectionString(url, core.config), "Demo", { keep: false });
      const args = { connection_string: url, record: ["#"] };
      return await callAsPage(establishConnection, args, { core, activity });
    });
  }

  function targetOf(body: shapes.ConnectTarget): { connection_string?: string; broker?: string } {
    const { connection_string: text, broker, username, password } = body;
    if (broker !== undefined) return { broker, ...(text && { connection_string: text }) };
    if (text === undefined) {
      throw new HttpError(
        400,
        "INVALID_ARGUMENT",
        "Give the address of a broker",
        "For example mqtt://192.168.1.10:1883",
        "connection_string",
      );
    }
    return { connection_string: withLogin(text, { username, password }) };
  }

  /** Before a connection is made: what is wrong with its name must not cost an attempt. */
  function checkName(name: string, connectionString: string): void {
    let target;
    try {
      target = parseConnectionString(connectionString, core.config);
    } catch {
      return; // the tool says what is wrong with it
    }
    checkTaken(name, target);
  }

  function checkTaken(name: string, broker: Parameters<typeof names.of>[0]): void {
    if (!names.isTaken(name, broker) && !core.brokers.names.includes(name)) return;
    throw new HttpError(
      422,
      "INVALID_ARGUMENT",
      "Another broker is called so already",
      undefined,
      "name",
    );
  }
}

/** Lines of JSON that come as they are told; the last is what the work gives, or its error. Ends with its reader. */
function linesOf(
  work: (tell: (line: object) => void, signal: AbortSignal) => Promise<object>,
): Response {
  const ending = new AbortController();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const tell = (line: object) => {
        if (!ending.signal.aborted) {
          controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        }
      };
      try {
        tell(await work(tell, ending.signal));
      } catch (error) {
        if (!(error instanceof HttpError)) {
          log("monitor").error("Bug: a route threw {error}", { error });
        }
        const refused = error instanceof HttpError
          ? error
          : new HttpError(500, "INTERNAL_ERROR", "Cannot answer: see the log");
        tell(await errorResponse(refused).json());
      }
      if (!ending.signal.aborted) controller.close();
    },
    cancel: () => ending.abort(),
  });
  return new Response(body, { headers: { "content-type": NDJSON } });
}
