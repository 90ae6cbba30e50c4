/** What is going on at one look. */
import { ask } from "./api.js";
import {
  argumentsLine,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatSpan,
  plural,
  roughSpan,
  visibleLine,
} from "./format.js";
import { useGeneration, useLive } from "./live.js";
import { Beginning } from "./offers.js";
import {
  Badge,
  Choices,
  Empty,
  Head,
  Problem,
  Stranger,
  Table,
  Ticking,
  Time,
  useAnswer,
} from "./parts.js";
import { Plot } from "./plot.js";
import { linkTo, useParam } from "./route.js";
import { html, useState } from "./view.js";

const RANGES = [
  ["10m", "10 min"],
  ["1h", "1 h"],
  ["6h", "6 h"],
  ["24h", "24 h"],
  ["7d", "7 d"],
  ["30d", "30 d"],
];

export function OverviewPage() {
  const { snapshot } = useLive();
  return html`
    <${Head} title="Overview" />
    ${snapshot === null
      ? html`<p class="muted" role="status">Waiting for the first figures…</p>`
      : html`
        <${Cards} status=${snapshot.status} />
        <${Running} running=${snapshot.running} status=${snapshot.status} />
      `}
    <${Plots} />
    ${snapshot && html`<${Clients} clients=${snapshot.status.clients.seen} />`}
  `;
}

/** @param {{ status: import("../shapes/overview.ts").Status }} props */
function Cards({ status }) {
  const { sessions, messages, calls, clients } = status;
  const lost = sessions.open - sessions.connected;
  return html`
    <section class="cards" aria-label="Key figures">
      <${Card} title=${status.mode === "core" ? "Shared core" : "stdio process"}
        value=${roughSpan(status.uptime_s * 1000)}
        more=${`up · version ${status.version}${status.read_only ? " · read-only" : ""}`} />
      <${Card} title="Clients" value=${formatCount(
        clients.connected,
      )} more=${clients.seen.length === 0
        ? "none called in the last hour"
        : `${plural(clients.seen.length, "client")} called in the last hour`} />
      <${Card} title="Sessions" value=${`${sessions.connected}`} unit=${`of ${sessions.max}`} href=${linkTo(
        "sessions",
      )}
        tone=${lost > 0 ? "warn" : ""} more=${lost > 0
          ? `${plural(lost, "session")} not connected`
          : sessions.open === 0
          ? "no broker connected"
          : "all connected"} />
      <${Card} title="Messages" value=${formatRate(messages.received_per_second)} unit="/s"
        more=${`${formatBytes(messages.bytes_per_second)}/s · ${
          formatCount(messages.received)
        } in all`} />
      <${Card} title="Calls" value=${formatCount(calls.last_hour)} href=${linkTo(
        "calls",
      )}
        more=${`in the last hour · ${formatCount(calls.running)} running`} />
      <${Card} title="Errors" value=${formatCount(calls.errors_last_hour)} href=${linkTo("calls", {
        outcome: "error",
      })}
        tone=${calls.errors_last_hour > 0 ? "bad" : ""}
        more=${`in the last hour · ${formatCount(calls.errors)} since the start`} />
    </section>
  `;
}

/** @param {{ title: string, value: string, unit?: string, more: string, href?: string, tone?: string }} props */
function Card({ title, value, unit, more, href, tone = "" }) {
  const body = html`
    <span class="card-title small muted">${title}</span>
    <span class="card-value strong">${value}${unit &&
      html`${" "}<small class="small muted">${unit}</small>`}</span>
    <span class="card-more small muted">${more}</span>
  `;
  return href
    ? html`<a class=${`card figure-card stack ${tone}`} href=${href}>${body}</a>`
    : html`<div class=${`card figure-card stack ${tone}`}>${body}</div>`;
}

/** @param {{ running: import("../shapes/calls.ts").RunningCallFacts[], status: import("../shapes/overview.ts").Status }} props */
function Running({ running, status }) {
  return html`
    <section aria-labelledby="running-title">
      <h2 id="running-title">Going on now</h2>
      ${running.length > 0
        ? html`<${RunningCalls} running=${running} />`
        : status.calls.kept === 0 && status.calls.total === 0 &&
            status.sessions.open === 0
        ? html`
          <${Empty} title="No assistant has called yet">
            <p>Connect to a broker from here, or put this server into your assistant's settings and ask it something like “which topics are on my broker?”</p>
            <${Beginning} />
            <//>
        `
        : html`<p class="quiet">No call is running. <a href=${
          linkTo("calls")
        }>Past calls</a> are kept.</p>`}
    </section>
  `;
}

/** Calls that run, with their progress and a way to stop them. @param {{ running: import("../shapes/calls.ts").RunningCallFacts[] }} props */
export function RunningCalls({ running }) {
  return html`<ul class="running stack">${
    running.map((call) => html`<${RunningCall} key=${call.id} call=${call} />`)
  }</ul>`;
}

/** @param {{ call: import("../shapes/calls.ts").RunningCallFacts }} props */
function RunningCall({ call }) {
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [asked, setAsked] = useState(false);
  const cancel = async () => {
    setAsked(true);
    setError(null);
    try {
      await ask(`api/calls/${encodeURIComponent(call.id)}/cancel`, { method: "POST" });
    } catch (reason) {
      setError(/** @type {Error} */ (reason));
      setAsked(false);
    }
  };
  const startedMs = Date.parse(call.started_at);
  const { progress } = call;
  const total = progress?.total ?? null;
  const cancelling = asked || !call.cancellable;
  return html`
    <li class="card running-call stack">
      <div class="running-head row">
        <strong class="tool">${call.tool}</strong>
        <span class="muted">by <${Stranger} text=${call.client} /></span>
        <span class="running-time end muted"><${Ticking} text=${(/** @type {number} */ nowMs) =>
          formatDuration(Math.max(0, nowMs - startedMs))} /></span>
        <button type="button" class="button small danger" onClick=${cancel} disabled=${cancelling}
          aria-label=${`Cancel ${call.tool} by ${call.client}`}>
          ${cancelling ? "Cancelling…" : "Cancel"}
        </button>
      </div>
      ${total === null
        ? html`<progress aria-label=${`Progress of ${call.tool}`}></progress>`
        : html`<progress aria-label=${`Progress of ${call.tool}`} max=${total} value=${
          Math.min(progress?.progress ?? 0, total)
        }></progress>`}
      <div class="running-foot row spread small muted">
        <span>${progress ? visibleLine(progress.message) : "Started"}</span>
        <code class="arguments clip wide">${argumentsLine(call.arguments)}</code>
      </div>
      <${Problem} error=${error} />
    </li>
  `;
}

function Plots() {
  const [asked, setRange] = useParam("range", "10m");
  const range = RANGES.some(([key]) => key === asked) ? asked : "10m";
  const generation = useGeneration();
  const { answer: stats, error, reload } = useAnswer(
    (signal) => ask("api/stats", { query: { range }, signal }),
    [range, generation],
    { everyMs: range === "10m" ? 3_000 : 30_000 },
  );
  return html`
    <section aria-labelledby="plots-title">
      <div class="section-head row spread">
        <h2 id="plots-title">Over time</h2>
        <${Choices} label="Time range" options=${RANGES} value=${range} onChange=${setRange} />
      </div>
      <${Problem} error=${error} retry=${reload} />
      ${stats === null
        ? html`
          <div class="plots columns">
            <div class="card plot placeholder"></div>
            <div class="card plot placeholder"></div>
          </div>
        `
        : html`<${StatsPlots} stats=${stats} />`}
    </section>
  `;
}

/** @param {{ stats: import("../shapes/overview.ts").Stats }} props */
function StatsPlots({ stats }) {
  const perSession = (/** @type {"messages_per_second" | "bytes_per_second"} */ column) =>
    stats.sessions.length > 0
      ? stats.sessions.map((session) => ({
        label: session.label,
        values: session[column],
        fill: stats.sessions.length === 1,
      }))
      : [{ label: "all sessions", values: stats[column], fill: true }];
  const step = stats.step_s < 60 ? plural(stats.step_s, "second") : formatSpan(stats.step_s * 1000);
  const note = `${step} a point`;
  return html`
    <div class="plots columns">
      <${Plot} title="Messages per second" note=${note} at=${stats.at} lines=${perSession(
        "messages_per_second",
      )}
        format=${formatRate} />
      <${Plot} title="Bytes per second" steps="bytes" note=${note} at=${stats.at}
        lines=${perSession(
          "bytes_per_second",
        )}
        format=${formatBytes} />
      <${Plot} title="Calls" steps="counts" note=${note} at=${stats.at} format=${formatCount}
        lines=${[
          { label: "calls", values: stats.calls, fill: true },
          { label: "errors", values: stats.errors },
        ]} />
      <${Plot} title="Duration of calls" steps="counts" note=${note} at=${stats.at}
        format=${formatDuration}
        lines=${[
          { label: "mean", values: bridged(stats.call_ms_mean) },
          { label: "longest", values: bridged(stats.call_ms_max) },
        ]} />
      <${Plot} title="Memory" note=${note} at=${stats.at} format=${formatMebibytes}
        lines=${[
          { label: "process", values: stats.rss_mb, fill: true },
          { label: "heap", values: stats.heap_mb },
        ]} />
      <${Plot} title="Open sessions" steps="counts" note=${note} at=${stats.at}
        format=${formatCount}
        lines=${[
          { label: "sessions", values: stats.sessions_open, fill: true },
        ]} />
    </div>
  `;
}

/** A lone value between gaps would be no line: it is drawn as a spike. @param {(number | null)[]} values */
function bridged(values) {
  return values.map((value, at) =>
    value !== null
      ? value
      : (values[at - 1] ?? null) !== null || (values[at + 1] ?? null) !== null
      ? 0
      : null
  );
}

/** @param {number | null} mebibytes */
function formatMebibytes(mebibytes) {
  return mebibytes === null ? "–" : `${Math.round(mebibytes)} MiB`;
}

/** @param {{ clients: import("../shapes/calls.ts").ClientFacts[] }} props */
function Clients({ clients }) {
  if (clients.length === 0) return null;
  return html`
    <section aria-labelledby="clients-title">
      <h2 id="clients-title">Clients of the last hour</h2>
      <${Table} label="Clients" columns=${[
        "Client",
        { title: "Through", class: "wide" },
        { title: "Calls", class: "number" },
        { title: "Errors", class: "number" },
        "Last call",
      ]}>
        ${clients.map((client) =>
          html`
            <tr key=${client.client_id}>
              <td><a href=${linkTo("calls", { client: client.name })}><${Stranger} text=${client
                .name} /></a></td>
              <td class="wide">
                <${Badge} tone="plain">${client.source}<//></td>
              <td class="number">${formatCount(client.calls)}</td>
              <td class="number">${formatCount(client.errors)}</td>
              <td><${Time} at=${client.last_call_at} /></td>
            </tr>
          `
        )}
      <//>
    </section>
  `;
}
