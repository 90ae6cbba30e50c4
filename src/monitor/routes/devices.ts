import { defineRoute, HttpError, type Route } from "../route.ts";
import * as shapes from "../shapes/devices.ts";
import { deviceDetails } from "../device_details.ts";
import { deviceSources } from "../device_sources.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

/** What one viewer asks again and again is worked out once for all of them. */
const DETAILS_KEPT_MS = 2_000;
const MOST_DETAILS = 20;

/** The devices that recordings know. Nothing is listened to anew. */
export function deviceRoutes({ core, devices, names, ended }: RouteSources): readonly Route[] {
  async function unlessStopping<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (ended.aborted) throw new HttpError(503, "STOPPING", "The monitor is stopping");
      throw error;
    }
  }
  const details = new Map<string, { until: number; answer: ReturnType<typeof deviceDetails> }>();
  return [
    defineRoute({
      method: "get",
      path: "/api/devices",
      summary: "Every device that recordings know, the sickest first, as check_devices judges them",
      query: shapes.devicesQueryShape,
      answer: shapes.devicesShape,
      handle: async ({ query }) => {
        const facts = await unlessStopping(devices.facts());
        const matching = facts.devices.filter((device) =>
          (query.session_id === undefined || device.session_id === query.session_id) &&
          (query.state === undefined || device.state === query.state) &&
          (query.condition === undefined || device.condition === query.condition)
        );
        return {
          ...facts,
          devices: matching.slice(0, query.limit),
          truncated: facts.truncated || matching.length > query.limit,
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/devices/details",
      summary: "One device: findings with evidence, values over time, last messages",
      query: shapes.deviceQueryShape,
      answer: shapes.deviceDetailsShape,
      handle: async ({ query }) => {
        const session = sessionOf(core, query.session_id);
        const source = deviceSources(core, names).find((one) => one.session.id === session.id);
        if (source === undefined || source.recorded.length === 0) {
          throw new HttpError(
            404,
            "NOT_FOUND",
            "Cannot show the device: nothing is recorded on its session",
            "Record its topics",
          );
        }
        const key = `${session.id} ${query.device}`;
        const kept = details.get(key);
        const now = performance.now();
        if (kept !== undefined && now < kept.until) return await unlessStopping(kept.answer);
        const answer = deviceDetails(core, source, { device: query.device, signal: ended });
        details.delete(key);
        details.set(key, { until: now + DETAILS_KEPT_MS, answer });
        for (const oldest of details.keys()) {
          if (details.size <= MOST_DETAILS) break;
          details.delete(oldest);
        }
        answer.catch(() => details.delete(key));
        return await unlessStopping(answer);
      },
    }),
  ];
}
