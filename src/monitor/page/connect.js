/** A broker connected to from here: tested stage by stage first, then recorded. */
import { ApiError, ask } from "./api.js";
import { Stages, testConnection, TestReport } from "./connection_test.js";
import { Checkbox, Field, FormProblem, useWork } from "./form.js";
import { visible } from "./format.js";
import { DemoButton, useOffers } from "./offers.js";
import { Head, useAnswer } from "./parts.js";
import { linkTo } from "./route.js";
import { html, useState } from "./view.js";

/** @typedef {import("./connection_test.js").Report} Report */
/** @typedef {import("./connection_test.js").Stage} Stage */

const FIELDS = ["broker", "connection_string", "username", "password", "name"];

/** What was typed, for whoever comes back to the page; never a password. */
let draft = { broker: "", address: "", username: "", name: "", record: true };

export function ConnectPage() {
  const offers = useOffers();
  const { answer: setup } = useAnswer((signal) => ask("api/setup", { signal }), []);
  return html`
    <${Head} title="Connect"
      about="Connect to a broker from here, without an assistant. It is tested first." />
    ${offers?.why &&
      html`<p class="note small">${offers.why}. Testing a connection is possible all the same.</p>`}
    ${offers && html`
      <${ConnectForm} offers=${offers} brokers=${setup?.brokers ?? []} />
      ${offers.demo && html`
        <section class="card" aria-labelledby="demo-title">
          <h2 id="demo-title">Nothing to connect to?</h2>
          <p
            class="muted">The demo is a broker in this program, on this machine only, with some thirty simulated devices; ten of them are sick.</p>
          <p class="beginning row">
            <${DemoButton} />
          </p>
        </section>
      `}
    `}
  `;
}

/** @param {{ offers: import("./offers.js").Offers, brokers: string[] }} props */
function ConnectForm({ offers, brokers }) {
  const [form, setForm] = useState(draft);
  const [password, setPassword] = useState("");
  const [stages, setStages] = useState(/** @type {Stage[] | null} */ (null));
  const [report, setReport] = useState(/** @type {Report | null} */ (null));
  const [connected, setConnected] = useState(/** @type {string | null} */ (null));
  const change = (/** @type {Partial<typeof draft>} */ part) => {
    const next = { ...form, ...part };
    draft = { ...next, address: withoutLogin(next.address) };
    setForm(next);
    setConnected(null);
  };
  const broker = offers.named_only ? form.broker || (brokers[0] ?? "") : form.broker;
  const target = broker !== "" ? { broker } : {
    connection_string: form.address.trim() || undefined,
    ...(form.username && { username: form.username }),
    ...(password && { password }),
  };
  const test = async () => {
    if (broker === "" && form.address.trim() === "") {
      throw new ApiError("Give the address of a broker", {
        hint: "For example mqtt://192.168.1.10:1883",
        field: "connection_string",
      });
    }
    setReport(null);
    setConnected(null);
    setStages([]);
    try {
      const found = await testConnection(target, setStages);
      setReport(found);
      return found.healthy;
    } finally {
      setStages(null);
    }
  };
  const connect = async () => {
    const { session_id } = await ask("api/connect", {
      method: "POST",
      body: {
        ...target,
        ...(broker === "" && form.name.trim() && { name: form.name.trim() }),
        topics: form.record ? ["#"] : [],
      },
    });
    // From here on nobody needs to see them.
    setPassword("");
    setForm((was) => ({ ...was, address: withoutLogin(was.address) }));
    setConnected(session_id);
  };
  const testing = useWork(test);
  const connecting = useWork(async () => {
    if (await test()) await connect();
  });
  const anyway = useWork(connect);
  const busy = testing.busy || connecting.busy || anyway.busy;
  const error = anyway.error ?? connecting.error ?? testing.error;
  const start = (/** @type {ReturnType<typeof useWork>} */ work) => {
    for (const one of [testing, connecting, anyway]) one.setError(null);
    work.run();
  };
  return html`
    <section class="card" aria-labelledby="connect-title">
      <h2 id="connect-title">Broker</h2>
      <form class="form stack" noValidate onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        start(offers.writes ? connecting : testing);
      }}>
        ${brokers.length > 0 && html`
          <${Field} label="Which" name="broker" as="select" error=${error} value=${broker}
            onChange=${(/** @type {string} */ name) => change({ broker: name })}>
            ${!offers.named_only && html`<option value="">By its address</option>`}
            ${brokers.map((name) =>
              html`<option key=${name} value=${name}>${visible(name)}</option>`
            )}
          <//>
        `}
        ${broker === "" && html`
          <${Field} label="Address" name="connection_string" error=${error}
            hint="mqtt://, mqtts:// (TLS), ws:// or wss://; or just a host" value=${form.address}
            onChange=${(/** @type {string} */ address) => change({ address })}
            class="mono" placeholder="mqtt://192.168.1.10:1883" maxlength="4000" />
          <div class="form-row row">
            <${Field} label="User name, if it asks for one" name="username" error=${error} grow
              value=${form.username} onChange=${(/** @type {string} */ username) =>
                change({ username })} maxlength="1000" />
            <${Field} label="Password" name="password" error=${error} grow value=${password}
              onChange=${setPassword} type="password" autocomplete="new-password"
              maxlength="4000" />
          </div>
          <${Field} label="Name on these pages (optional)" name="name" error=${error}
            value=${form.name} onChange=${(/** @type {string} */ name) => change({ name })}
            placeholder="e.g. Greenhouse" maxlength="60" />
        `}
        ${offers.writes && html`
          <${Checkbox} checked=${form.record}
            onChange=${(/** @type {boolean} */ record) => change({ record })}>
            <span>Record everything (all topics but <code>$SYS</code>, within the memory limit)</span>
            <//>
        `}
        <div class="toolbar row">
          ${offers.writes && html`
            <button type="submit" class="button primary" disabled=${busy}>${connecting.busy ||
                anyway.busy
              ? "Connecting…"
              : "Connect"}</button>
          `}
          <button type=${offers.writes ? "button" : "submit"} class="button" disabled=${busy}
            onClick=${offers.writes ? () => start(testing) : undefined}>${testing.busy
              ? "Testing…"
              : "Only test"}</button>
        </div>
      </form>
      <${FormProblem} error=${error} fields=${FIELDS} />
      <div role="status">
        ${stages && html`<${Stages} stages=${stages} />`}
        ${connected && html`
          <p class="verdict good">Connected${form.record
            ? ", and everything is being recorded"
            : ""}.</p>
          <p class="beginning row">
            <a class="button primary" href=${linkTo("")}>To the start page</a>
            <a class="button" href=${linkTo("topics", { session: connected })}>Its topics</a>
          </p>
        `}
      </div>
      ${report && html`
        <${TestReport} report=${report} />
        ${!report.healthy && offers.writes && !connected && html`
          <p class="beginning row"><button type="button" class="button" disabled=${busy}
            onClick=${() => start(anyway)}>Connect all the same</button></p>
        `}
      `}
    </section>
  `;
}

/** An address without its login. @param {string} address */
function withoutLogin(address) {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, "$1");
}
