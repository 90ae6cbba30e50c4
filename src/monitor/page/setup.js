/** How an assistant gets to use this server; a connection tried from here; what the server can do. */
import { ask } from "./api.js";
import { formatCount, formatDuration, plural, visible } from "./format.js";
import { Badge, Choices, CopyButton, Empty, Head, Problem, useAnswer } from "./parts.js";
import { Properties } from "./schema_view.js";
import { html, useEffect, useState } from "./view.js";

/** @typedef {import("./view.js").FieldEvent} FieldEvent */

/** @typedef {import("../api_shapes.ts").SetupFacts} SetupFacts */
/** @typedef {import("../api_shapes.ts").ToolFacts} ToolFacts */

const WHERE = { local: "On this machine", ssh: "Over ssh", http: "Over HTTP" };

/** @param {{ params: URLSearchParams }} props */
export function SetupPage({ params }) {
  const { answer: setup, error, reload } = useAnswer((signal) => ask("api/setup", { signal }), []);
  const section = params.get("section");
  useEffect(() => {
    if (section && setup) document.getElementById(section)?.scrollIntoView();
  }, [section, setup !== null]);
  return html`
    <${Head} title="Setup"
      about="Put this server into an assistant's settings, then ask the assistant about your broker." />
    <${Problem} error=${error} retry=${reload} />
    ${setup && html`
      <${Snippets} setup=${setup} />
      <${TryIt} setup=${setup} />
    `}
    <${Tools} />
  `;
}

/** @param {{ setup: SetupFacts }} props */
function Snippets({ setup }) {
  const clients = [...new Map(setup.snippets.map((snippet) => [snippet.client, snippet.title]))];
  const [client, setClient] = useState(clients[0]?.[0] ?? "");
  const [where, setWhere] = useState("");
  const ofClient = setup.snippets.filter((snippet) => snippet.client === client);
  const places = [...new Set(ofClient.map((snippet) => snippet.where))];
  const place = places.find((one) => one === where) ?? places[0];
  const shown = ofClient.filter((snippet) => snippet.where === place);
  return html`
    <section class="card" aria-labelledby="snippets-title">
      <h2 id="snippets-title">Connect an assistant</h2>
      <p class="muted">Filled in for the host <code>${visible(
        setup.host_name,
      )}</code>${setup.container && html`
        ${" "}and the container <code>${visible(setup.container)}</code>
      `}.</p>
      <div class="toolbar">
        <${Choices} label="Client" options=${clients} value=${client} onChange=${setClient} />
        <${Choices} label="Where the assistant runs" options=${places.map((
          one,
        ) => [one, WHERE[one]])} value=${place} onChange=${setWhere} />
      </div>
      ${shown.map((snippet) =>
        html`
          <div class="snippet" key=${`${snippet.client} ${snippet.where} ${snippet.place}`}>
            <div class="snippet-head">
              <span>${snippet.language === "shell" ? "Run" : "Into"} <code>${snippet
                .place}</code></span>
              <${CopyButton} text=${snippet.text} label=${`the snippet for ${snippet.title}`} />
            </div>
            <pre tabindex="0" role="region" aria-label=${`Snippet for ${snippet.title}, ${
              WHERE[snippet.where]
            }`}>${snippet.text}</pre>
            ${snippet.note && html`<p class="muted">${snippet.note}</p>`}
          </div>
        `
      )}
      ${clients.length === 0 &&
        html`<p>Assistants connect over HTTP: set a token (<code>web_token</code>) and keep the port open in the
          settings of the add-on, then this shows what to put into which assistant.</p>`}
      ${setup.default_broker &&
        html`<p class="muted">Broker without being told: <code>${setup.default_broker}</code></p>`}
    </section>
  `;
}

/** @type {Record<string, string>} */
const TONES = { pass: "good", warn: "warn", fail: "bad", skipped: "plain" };

/** @param {{ setup: SetupFacts }} props */
function TryIt({ setup }) {
  const [target, setTarget] = useState("");
  const [named, setNamed] = useState(setup.brokers[0] ?? "");
  const [state, setState] = useState(
    /** @type {{ busy: boolean, report: any, error: any }} */ ({
      busy: false,
      report: null,
      error: null,
    }),
  );
  const run = async (/** @type {object} */ body) => {
    setState({ busy: true, report: null, error: null });
    try {
      setState({
        busy: false,
        report: await ask("api/test-connection", { method: "POST", body }),
        error: null,
      });
    } catch (error) {
      setState({ busy: false, report: null, error });
    }
  };
  const { busy, report, error } = state;
  return html`
    <section class="card" id="try" aria-labelledby="try-title">
      <h2 id="try-title">Try a broker</h2>
      <p class="muted">Runs <code>test_connection</code> from where this server is, and leaves nothing on the broker. What you type is not kept.</p>
      <form class="toolbar" onSubmit=${(/** @type {FieldEvent} */ event) => {
        event.preventDefault();
        run({ connection_string: target.trim() });
      }}>
        <label class="field grow">Connection string
          <input type="text" class="mono" value=${target} placeholder="mqtt://user:password@192.168.1.10:1883" required maxlength="4000"
            autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(
              /** @type {FieldEvent} */ event,
            ) => setTarget(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary" disabled=${busy}>${busy
          ? "Testing…"
          : "Test"}</button>
      </form>
      ${setup.brokers.length > 0 && html`
        <form class="toolbar" onSubmit=${(/** @type {FieldEvent} */ event) => {
          event.preventDefault();
          run({ broker: named });
        }}>
          <label class="field">Or a named broker
            <select value=${named} onChange=${(/** @type {FieldEvent} */ event) =>
              setNamed(event.currentTarget.value)}>
              ${setup.brokers.map((name) =>
                html`<option key=${name} value=${name}>${visible(name)}</option>`
              )}
            </select>
          </label>
          <button type="submit" class="button" disabled=${busy}>Test</button>
        </form>
      `}
      <div role="status">
        ${busy && html`<p class="quiet">Testing each stage of the connection…</p>`}
        ${report &&
          html`<p class=${`verdict ${report.healthy ? "good" : "bad"}`}>${
            report.healthy ? "The broker can be used." : "The broker cannot be used as it is."
          }</p>`}
      </div>
      <${Problem} error=${error} />
      ${report && html`
        <div class="table-box" tabindex="0" role="region" aria-label="Stages of the connection">
          <table>
            <thead>
              <tr>
                <th>Stage</th>
                <th>Result</th>
                <th class="number">Took</th>
                <th>Detail</th>
              </tr>
            </thead>
            <tbody>
              ${report.checks.map((/** @type {any} */ check) =>
                html`
                  <tr key=${check.name}>
                    <td class="mono">${check.name}</td>
                    <td>
                      <${Badge} tone=${TONES[check.status]}>${check.status}<//></td>
                    <td class="number nowrap">${check.status === "skipped"
                      ? ""
                      : formatDuration(check.duration_ms)}</td>
                    <td class="detail-cell">${visible(check.detail)}</td>
                  </tr>
                `
              )}
            </tbody>
          </table>
        </div>
      `}
    </section>
  `;
}

const ACCESS = {
  read: ["plain", "reads"],
  session: ["plain", "changes only this server"],
  write: ["warn", "sends to the broker"],
  destroy: ["bad", "may change devices"],
};

function Tools() {
  const { answer, error, reload } = useAnswer((signal) => ask("api/tools", { signal }), []);
  return html`
    <section aria-labelledby="tools-title">
      <h2 id="tools-title">Tools</h2>
      <${Problem} error=${error} retry=${reload} />
      ${answer && answer.tools.length === 0 && html`
        <${Empty} title="No tools">
          <p>This server offers none.</p>
          <//>
      `}
      ${answer && html`
        <div class="tools">${answer.tools.map((/** @type {ToolFacts} */ tool) =>
          html`<${Tool} key=${tool.name} tool=${tool} />`
        )}</div>
        ${answer.hidden.length > 0 &&
          html`<p class="muted">Switched off by <code>READ_ONLY</code>: ${
            answer.hidden.join(", ")
          }</p>`}
      `}
    </section>
  `;
}

/** @param {{ tool: ToolFacts }} props */
function Tool({ tool }) {
  const [tone, words] = ACCESS[tool.access];
  const [open, setOpen] = useState(false);
  return html`
    <details class="card tool-card" onToggle=${(
      /** @type {import("./view.js").ToggleEvent} */ event,
    ) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="mono tool-name">${tool.name}</span>
        <span class="tool-title">${tool.title}</span>
        <${Badge} tone=${tone}>${words}<//>
        <span class="tool-use muted">${tool.calls === 0
          ? "not called yet"
          : `${plural(tool.calls, "call")}${
            tool.errors > 0 ? `, ${formatCount(tool.errors)} failed` : ""
          }, ${formatDuration(tool.mean_ms)} on average`}</span>
      </summary>
      ${open && html`
        <p class="description">${tool.description}</p>
        <h3>Parameters</h3>
        <${Properties} schema=${tool.input_schema} label=${`Parameters of ${tool.name}`} />
        <h3>Result</h3>
        <${Properties} schema=${tool.output_schema} label=${`Result of ${tool.name}`} />
      `}
    </details>
  `;
}
