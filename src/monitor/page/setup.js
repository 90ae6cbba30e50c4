/** How an assistant gets to use this server; what the server can do. */
import { ask } from "./api.js";
import { formatCount, formatDuration, plural, visible } from "./format.js";
import { Badge, Choices, CopyButton, Empty, Head, Problem, useAnswer } from "./parts.js";
import { useParam } from "./route.js";
import { Properties } from "./schema_view.js";
import { html, useState } from "./view.js";

/** @typedef {import("../shapes/connect.ts").SetupFacts} SetupFacts */
/** @typedef {import("../shapes/overview.ts").ToolFacts} ToolFacts */

const WHERE = { local: "On this machine", ssh: "Over ssh", http: "Over HTTP" };

export function SetupPage() {
  const { answer: setup, error, reload } = useAnswer((signal) => ask("api/setup", { signal }), []);
  return html`
    <${Head} title="Setup"
      about="Put this server into an assistant's settings, then ask the assistant about your broker." />
    <${Problem} error=${error} retry=${reload} />
    ${setup && html`
      <${Snippets} setup=${setup} />
    `}
    <${Tools} />
  `;
}

/** @param {{ setup: SetupFacts }} props */
function Snippets({ setup }) {
  const clients = [...new Map(setup.snippets.map((snippet) => [snippet.client, snippet.title]))];
  const [asked, setClient] = useParam("client", "");
  const client = clients.find(([key]) => key === asked)?.[0] ?? clients[0]?.[0] ?? "";
  const [where, setWhere] = useParam("where", "");
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
      <div class="toolbar row">
        <${Choices} label="Client" options=${clients} value=${client} onChange=${setClient} />
        <${Choices} label="Where the assistant runs" options=${places.map((
          one,
        ) => [one, WHERE[one]])} value=${place} onChange=${setWhere} />
      </div>
      ${shown.map((snippet) =>
        html`
          <div class="snippet stack" key=${`${snippet.client} ${snippet.where} ${snippet.place}`}>
            <div class="snippet-head row spread">
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
        <div class="tools stack">${answer.tools.map((/** @type {ToolFacts} */ tool) =>
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
      <summary class="row">
        <span class="mono tool-name strong">${tool.name}</span>
        <span class="tool-title">${tool.title}</span>
        <${Badge} tone=${tone}>${words}<//>
        <span class="tool-use muted small end">${tool.calls === 0
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
