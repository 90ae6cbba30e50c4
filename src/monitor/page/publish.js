/** What is sent to a broker from here: previewed first, then confirmed. */
import { ask } from "./api.js";
import { Checkbox, Field, FormDialog, FormProblem, useWork } from "./form.js";
import { formatBytes, plural, visible, visibleLine } from "./format.js";
import { Payload, Stranger, useAnswer } from "./parts.js";
import { html, useState } from "./view.js";

/** @typedef {import("../shapes/sessions.ts").SessionFacts} Session */

/**
 * Buttons that write to a topic, where that is allowed.
 * @param {{ session: Session, topic: string, retained: boolean, onWritten: () => void }} props
 */
export function WriteButtons({ session, topic, retained, onWritten }) {
  const [open, setOpen] = useState(/** @type {"publish" | "clear" | null} */ (null));
  const { session_id } = session;
  const { answer } = useAnswer(
    (signal) => ask("api/publish", { query: { session_id, topic }, signal }),
    [session_id, topic],
  );
  if (!answer?.allowed) return null;
  const close = () => {
    setOpen(null);
    onWritten();
  };
  return html`
    <button type="button" class="button small" onClick=${() => setOpen("publish")}>Publish…</button>
    ${retained && html`
      <button type="button" class="button small danger" onClick=${() =>
        setOpen("clear")}>Clear retained…</button>
    `}
    ${open === "publish" && html`
      <${PublishDialog} session=${session} topic=${topic} onClose=${close} />
    `}
    ${open === "clear" && html`
      <${ClearDialog} session=${session} topics=${[topic]} onClose=${close} />
    `}
  `;
}

const FIELDS = ["topic", "payload", "qos", "encoding"];

/** @param {{ session: Session, topic: string, onClose: () => void }} props */
function PublishDialog({ session, topic, onClose }) {
  const [form, setForm] = useState({ topic, payload: "", encoding: "utf8", qos: 0, retain: false });
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [sent, setSent] = useState(/** @type {any} */ (null));
  // What is confirmed is what was previewed: any change needs another look.
  const change = (/** @type {Partial<typeof form>} */ part) => {
    setForm({ ...form, ...part });
    setPreview(null);
    setSent(null);
  };
  const { busy, error, run } = useWork(async () => {
    const body = { session_id: session.session_id, ...form };
    try {
      if (preview === null) {
        setSent(null);
        setPreview(await ask("api/publish", { method: "POST", body }));
        return;
      }
      const { confirm } = preview;
      setSent(await ask("api/publish", { method: "POST", body: { ...body, confirm } }));
      setPreview(null);
    } catch (reason) {
      setPreview(null);
      throw reason;
    }
  });
  return html`
    <${FormDialog} title="Publish a message" action=${preview === null ? "Preview" : "Publish"}
      tone=${preview?.destructive ? "danger" : "primary"} busy=${busy} onSubmit=${run}
      onClose=${onClose} closing=${sent ? "Close" : "Cancel"}>
      <${Field} label="Topic" name="topic" error=${error} value=${form.topic} class="mono"
        onChange=${(/** @type {string} */ text) => change({ topic: text })} />
      <${Field} label="Payload" name="payload" as="textarea" error=${error} value=${form.payload}
        onChange=${(/** @type {string} */ text) =>
          change({ payload: text })} class="mono" rows="6" />
      <div class="form-row row">
        <${Field} label="Typed as" name="encoding" as="select" error=${error}
          value=${form.encoding}
          onChange=${(/** @type {string} */ encoding) => change({ encoding })}>
          <option value="utf8">Text</option>
          <option value="base64">Base64</option>
          <option value="hex">Hex</option>
          <//>
          <${Field} label="QoS" name="qos" as="select" error=${error} value=${form.qos}
            onChange=${(/** @type {string} */ qos) => change({ qos: Number(qos) })}>
          ${[0, 1, 2].map((qos) => html`<option key=${qos} value=${qos}>${qos}</option>`)}
        <//>
        <${Checkbox} checked=${form.retain}
          onChange=${(/** @type {boolean} */ retain) => change({ retain })}>
          Retain: keep it for later subscribers
        <//>
      </div>
      <div role="status">
        ${preview && html`<${Preview} preview=${preview} />`}
        ${sent &&
          html`<p class="verdict good">Published${
            sent.acknowledged
              ? `, ${sent.ack} after ${Math.round(sent.duration_ms)} ms`
              : ", without an acknowledgement (QoS 0)"
          }${sent.reason && sent.reason !== "success" ? `: ${visible(sent.reason)}` : ""}.</p>`}
      </div>
      <${FormProblem} error=${error} fields=${FIELDS} />
    <//>
  `;
}

/** @param {{ preview: any }} props */
function Preview({ preview }) {
  const { replaces } = preview;
  return html`
    <div class="preview">
      <p><strong>${visible(preview.question ?? "")}</strong></p>
      <ul>
        <li>${plural(preview.payload_bytes, "byte")}, QoS ${preview.qos}</li>
        ${(preview.would ?? []).map((/** @type {string} */ text) =>
          html`<li key=${text}>${visible(text)}</li>`
        )}
        ${replaces &&
          html`<li>${
            typeof replaces === "string"
              ? visible(replaces[0].toUpperCase() + replaces.slice(1))
              : html`It replaces <code>${visibleLine(String(replaces.preview))}</code> (${
                formatBytes(replaces.size_bytes)
              })`
          }</li>`}
        ${(preview.destructive ?? []).map((/** @type {string} */ text) =>
          html`<li key=${text} class="bad-text">${visible(text)}</li>`
        )}
      </ul>
    </div>
  `;
}

/** @param {{ session: Session, topics: string[], onClose: () => void }} props */
function ClearDialog({ session, topics, onClose }) {
  const [filters, setFilters] = useState(topics.join("\n"));
  const [listed, setListed] = useState(/** @type {any} */ (null));
  const [done, setDone] = useState(/** @type {any} */ (null));
  const { busy, error, run } = useWork(async () => {
    const body = {
      session_id: session.session_id,
      topics: filters.split("\n").filter((one) => one !== ""),
    };
    const plan = listed?.plan;
    setListed(null);
    setDone(null);
    if (plan) setDone(await ask("api/clear-retained", { method: "POST", body: { ...body, plan } }));
    else setListed(await ask("api/clear-retained", { method: "POST", body }));
  });
  const count = listed?.matched_count ?? 0;
  return html`
    <${FormDialog} title="Clear retained messages" tone=${listed?.plan ? "danger" : "primary"}
      action=${listed?.plan
        ? `Remove ${plural(count, "message")} for good`
        : "List them"} busy=${busy}
      onSubmit=${run} onClose=${onClose} closing=${done ? "Close" : "Cancel"}>
      <${Field} label="Topics or filters, one a line" name="topics" as="textarea" error=${error}
        value=${filters} onChange=${(/** @type {string} */ text) => {
          setFilters(text);
          setListed(null);
          setDone(null);
        }} class="mono" rows="2" />
      <div role="status">
        ${listed && html`<${Listed} listed=${listed} />`}
        ${done && html`<${Outcome} done=${done} />`}
      </div>
      <${FormProblem} error=${error} fields=${["topics"]} />
      <//>
  `;
}

/** @param {{ listed: any }} props */
function Listed({ listed }) {
  const { matched, not_allowed: forbidden } = listed;
  if (matched.length === 0) return html`<p>Nothing is retained there.</p>`;
  return html`
    <ul class="matched">
      ${matched.map((/** @type {any} */ entry) =>
        html`
          <li key=${entry.topic}>
            <${Stranger} text=${entry.topic} code=${true} />
            ${entry.device_speaks && html`<strong>its device still speaks</strong>`}
            <${Payload} value=${entry.preview} label=${`Retained on ${visible(entry.topic)}`} />
          </li>
        `
      )}
    </ul>
    ${listed.cut && html`<p>${visible(listed.cut)}</p>`}
    ${forbidden &&
      html`<p class="bad-text">The policy forbids to publish to ${
        plural(forbidden, "topic")
      } of these: they stay.</p>`}
    <p>Removed messages cannot be restored. What changes until then is left alone.</p>
  `;
}

/** @param {{ done: any }} props */
function Outcome({ done }) {
  const left = [...done.skipped, ...done.failed];
  return html`
    <p class=${`verdict ${left.length === 0 ? "good" : "warn"}`}>${plural(
      done.cleared_count,
      "message",
    )} removed${left.length > 0 ? `, ${left.length} left` : ""}.</p>
    <ul>${left.map(({ topic, reason }) =>
      html`<li key=${topic}><${Stranger} text=${topic} code=${true} /> ${visible(reason)}</li>`
    )}</ul>
  `;
}
