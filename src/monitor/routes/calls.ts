import { log } from "../../log.ts";
import * as shapes from "../shapes/calls.ts";
import { entryOfReport } from "../call_entry.ts";
import { toCsv } from "../csv.ts";
import { type History, KEPT } from "../history.ts";
import { Paced } from "../paced.ts";
import { defineRoute, HttpError, type Route } from "../route.ts";
import type { RouteSources } from "./sources.ts";

const EXPORT_MOST = 50_000;
const REPORT_MAX_BYTES = 2 * 1024 * 1024;

/** Tool calls, ended and running, and those that are reported from elsewhere. */
export function callRoutes({ activity, answers, history }: RouteSources): readonly Route[] {
  const facets = new Paced<ReturnType<History["callFacets"]>>();
  return [
    defineRoute({
      method: "get",
      path: "/api/calls",
      summary: "Calls that ended, newest first",
      query: shapes.callsQueryShape,
      answer: shapes.callsShape,
      handle: ({ query }) => {
        const { calls, matched, nextCursor } = history.calls(query);
        return {
          calls,
          matched,
          next_cursor: nextCursor,
          ...facets.get("all", () => history.callFacets()),
          kept: {
            hours: KEPT.calls.ms / 3_600_000,
            most: KEPT.calls.most,
            where: history.where,
          },
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/calls/export",
      summary: "Calls that ended as a file, newest first",
      query: shapes.callsExportQueryShape,
      media: ["application/json", "text/csv"],
      handle: ({ query: { format, ...filter } }) => {
        const { calls } = history.calls({ ...filter, limit: EXPORT_MOST });
        const [type, text] = format === "csv"
          ? ["text/csv; charset=utf-8", toCsv(Object.keys(shapes.callShape.shape), calls)]
          : ["application/json", JSON.stringify(calls, null, 1)];
        return new Response(text, {
          headers: {
            "content-type": type,
            "content-disposition": `attachment; filename="mqtt-mcp-calls.${format}"`,
          },
        });
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/calls/story",
      summary: "Calls with what they told and were about, newest first",
      query: shapes.storyQueryShape,
      answer: shapes.storyShape,
      handle: ({ query }) => {
        const { calls, nextCursor } = history.calls(query);
        return {
          entries: calls.map((call) => {
            const touched = answers.touched(call.id);
            return {
              call,
              told: touched?.told ?? null,
              topics: [...touched?.topics ?? []],
              more_topics: touched?.moreTopics ?? 0,
              devices: [...touched?.devices ?? []],
              more_devices: touched?.moreDevices ?? 0,
              kept: answers.get(call.id) !== null,
            };
          }),
          next_cursor: nextCursor,
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/calls/{id}/answer",
      summary: "What the assistant was told; the newest 8 MiB of answers are kept, in memory only",
      answer: shapes.callAnswerShape,
      handle: ({ id }) => {
        const text = answers.get(id);
        if (text !== null) return { id, text };
        throw new HttpError(404, "NOT_FOUND", "Cannot show the answer: it is not kept any more");
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/calls/{id}/cancel",
      summary: "Cancel a running call; its caller still gets a result",
      answer: shapes.cancelShape,
      handle: ({ id }) => {
        if (!activity.cancel(id)) {
          throw new HttpError(404, "NOT_FOUND", "Cannot cancel the call: it is not running");
        }
        return { id, status: "cancelling" };
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/log-call",
      summary: "Take calls that a process elsewhere reports (its WEB_API_URL)",
      body: shapes.logCallBodyShape,
      bodyMaxBytes: REPORT_MAX_BYTES,
      answer: shapes.loggedShape,
      handle: ({ body }) => {
        for (const call of body.calls) activity.take(entryOfReport(call, body.source));
        if (body.lost > 0) {
          log("monitor").warning("{source} could not report {lost} calls", {
            source: body.source,
            lost: body.lost,
          });
        }
        return { accepted: body.calls.length };
      },
    }),
  ];
}
