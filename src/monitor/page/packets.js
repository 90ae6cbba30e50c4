/** The MQTT control packets of one session, live. Captured by the server only while this is shown. */
import { Checkbox } from "./form.js";
import { formatClock, formatDuration, plural, visibleLine } from "./format.js";
import { onLive, useGeneration, watchPackets } from "./live.js";
import { Badge, PauseButton, Table } from "./parts.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** As many as fit on a high screen, twice. */
const MOST_ROWS = 100;
/** However many pass, rows change at most twice a second. */
const REDRAW_MS = 500;
/** @type {import("./parts.js").Column[]} */
const COLUMNS = [
  { title: "Time", width: "112px" },
  { title: "After", class: "number wide", width: "90px" },
  { title: "Packet", width: "122px" },
  "What",
  { title: "Reason", class: "wide spare", width: "160px" },
  { title: "Round trip", class: "number wide", width: "110px" },
];

/** @typedef {import("../shapes/sessions.ts").PacketRow} Row */

/** @param {{ sessionId: string }} props */
export function Packets({ sessionId }) {
  const [rows, setRows] = useState(/** @type {Row[]} */ ([]));
  const [skipped, setSkipped] = useState(0);
  const [paused, setPaused] = useState(false);
  const [hidePublishes, setHidePublishes] = useState(false);
  const held = useRef(/** @type {Row[]} */ ([]));
  const changed = useRef(false);
  const missed = useRef(0);
  const pausedNow = useRef(paused);
  pausedNow.current = paused;
  const generation = useGeneration();

  useEffect(() => {
    const take = (/** @type {any} */ event) => {
      if (event.session_id !== sessionId) return;
      const fresh = event.packets.toReversed();
      held.current = [...fresh, ...held.current].slice(0, 10 * MOST_ROWS);
      missed.current += event.skipped;
      changed.current = true;
    };
    const timer = setInterval(() => {
      if (!changed.current || pausedNow.current) return;
      changed.current = false;
      setSkipped(missed.current);
      setRows(held.current);
    }, REDRAW_MS);
    const endHearing = onLive("packets", take);
    const endWatching = watchPackets(sessionId);
    return () => {
      clearInterval(timer);
      endHearing();
      endWatching();
    };
  }, [sessionId]);
  useEffect(() => {
    if (!paused) setRows(held.current);
  }, [paused, generation]);

  const shown = rows
    .filter((row) => !(hidePublishes && row.packet === "PUBLISH" && row.direction === "received"))
    .slice(0, MOST_ROWS);
  return html`
    <div class="packets stack">
      <div class="toolbar row">
        <${PauseButton} paused=${paused} onChange=${setPaused} />
        <${Checkbox} checked=${hidePublishes} onChange=${setHidePublishes}>Hide received PUBLISH<//>
        ${skipped > 0 &&
          html`<span class="muted">${plural(skipped, "packet")} came too fast to show</span>`}
      </div>
      ${shown.length === 0
        ? html`
          <p class="quiet"
            role="status">Listening. Packets appear here as they pass; a ping passes at least once in the keep-alive interval.</p>
        `
        : html`
          <${Table} label="Control packets, newest first" class="packet-table narrow-rows" tall
            columns=${COLUMNS}>
            ${shown.map((row) =>
              // without keys: a row takes on the next packet, and nothing moves

              html`<${PacketLine} row=${row} />`
            )}
          <//>
        `}
    </div>
  `;
}

/** @param {{ row: Row }} props */
function PacketLine({ row }) {
  const sent = row.direction === "sent";
  const failed = row.reason_code !== null && row.reason_code >= 0x80;
  return html`
    <tr>
      <td class="mono nowrap">${formatClock(row.at)}</td>
      <td class="number wide">${row.since_previous_ms === null
        ? ""
        : formatDuration(row.since_previous_ms)}</td>
      <td class="nowrap">
        <span class=${`direction ${row.direction}`} title=${row.direction}>${sent
          ? "→"
          : "←"}</span>
        <span class="visually-hidden">${row.direction}</span>
        ${" "}<strong class="mono">${row.packet}</strong>
      </td>
      <td class="packet-what topic-cell">
        <bdi>${visibleLine(row.summary)}</bdi>
        ${row.dup && html`${" "}<${Badge} tone="warn" title="Sent again by the other side">DUP<//>`}
        ${row.retain && html`${" "}<${Badge} tone="plain">retained<//>`}
      </td>
      <td class=${`wide spare ${failed ? "bad-text" : ""}`}>${row.reason === null
        ? ""
        : visibleLine(row.reason)}</td>
      <td class="number wide">${row.round_trip_ms === null
        ? ""
        : formatDuration(row.round_trip_ms)}</td>
    </tr>
  `;
}
