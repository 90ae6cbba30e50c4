/** The connection test: its stages as they pass, and its report. */
import { askLines } from "./api.js";
import { formatDuration, visible } from "./format.js";
import { Badge, Table } from "./parts.js";
import { html } from "./view.js";

/** @typedef {{ healthy: boolean, checks: { name: string, status: string, duration_ms: number, detail: string }[] }} Report */
/** @typedef {{ progress: number, total: number | null, message: string }} Stage */

/** @type {Record<string, "good" | "warn" | "bad" | "plain">} */
const TONES = { pass: "good", warn: "warn", fail: "bad", skipped: "plain" };

/**
 * Tests a connection, and tells each stage as it has passed.
 * @param {object} target as the API takes it
 * @param {(stages: Stage[]) => void} onStages
 * @returns {Promise<Report>}
 */
export async function testConnection(target, onStages) {
  /** @type {Stage[]} */
  const stages = [];
  const last = await askLines("api/test-connection", target, (line) => {
    if (!line.stage) return;
    stages.push(line.stage);
    onStages([...stages]);
  });
  return last.report;
}

/** The stages that have passed so far. @param {{ stages: Stage[] }} props */
export function Stages({ stages }) {
  const total = stages.at(-1)?.total ?? null;
  return html`
    <ol class="stages row" aria-label="Stages of the connection">
      ${stages.map(({ message }) => {
        const [name, status = ""] = message.split(": ");
        return html`
          <li key=${name}>
            <${Badge} tone=${TONES[status] ?? "plain"}>${visible(status)}<//> ${visible(name)}</li>
        `;
      })}
    </ol>
    ${total !== null &&
      html`<progress max=${total} value=${stages.length} aria-label="Stages passed"></progress>`}
  `;
}

/** @param {{ report: Report }} props */
export function TestReport({ report }) {
  return html`
    <p class=${`verdict ${report.healthy ? "good" : "bad"}`}>${report.healthy
      ? "The broker can be used."
      : "The broker cannot be used as it is."}</p>
    <${Table} label="Stages of the connection" class="narrow-rows" columns=${[
      "Stage",
      "Result",
      { title: "Took", class: "number" },
      "Detail",
    ]}>
      ${report.checks.map((check) =>
        html`
          <tr key=${check.name}>
            <td class="mono nowrap">${check.name}</td>
            <td>
              <${Badge} tone=${TONES[check.status]}>${check.status}<//></td>
            <td class="number nowrap">${check.status === "skipped"
              ? ""
              : formatDuration(check.duration_ms)}</td>
            <td class="detail-cell">${visible(check.detail)}</td>
          </tr>
        `
      )}
    <//>
  `;
}
