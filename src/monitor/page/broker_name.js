/** What a broker is called on these pages. */
import { ask } from "./api.js";
import { Field, FormDialog, FormProblem, useWork } from "./form.js";
import { brokerText, visible } from "./format.js";
import { html, useState } from "./view.js";

/** @param {{ session: import("../shapes/sessions.ts").SessionFacts, onClose: () => void }} props */
export function NameDialog({ session, onClose }) {
  const [name, setName] = useState(session.broker.name ?? "");
  const { busy, error, run } = useWork(async () => {
    const body = { session_id: session.session_id, name: name.trim() };
    await ask("api/brokers/name", { method: "POST", body });
    onClose();
  });
  return html`
    <${FormDialog} title="Name this broker" action="Name it" busy=${busy} onSubmit=${run}
      onClose=${onClose}>
      <p class="muted">What <code>${visible(
        brokerText(session.broker),
      )}</code> is called on these pages.</p>
      <${Field} label="Name" name="name" error=${error} value=${name} onChange=${setName}
        maxlength="60" />
      <${FormProblem} error=${error} fields=${["name"]} />
      <//>
  `;
}
