/** Recordings begun and ended from here. */
import { ask } from "./api.js";
import { Field, FormProblem, useWork } from "./form.js";
import { useOffers } from "./offers.js";
import { Problem } from "./parts.js";
import { html, useState } from "./view.js";

/** @typedef {import("../shapes/sessions.ts").SessionFacts} Session */

/** Whether recordings of a session may be changed from here. @param {Session} session */
export function useMayRecord(session) {
  const offers = useOffers();
  return offers?.writes === true && session.usable;
}

/** Begins to record topic filters. @param {{ session: Session }} props */
export function RecordForm({ session }) {
  const [filters, setFilters] = useState("#");
  const { busy, error, run } = useWork(async () => {
    const topics = filters.split(/\s*,\s*|\n/).map((one) => one.trim()).filter(Boolean);
    await ask("api/record", {
      method: "POST",
      body: { session_id: session.session_id, action: "start", topics },
    });
  });
  return html`
    <form class="toolbar record-form row" noValidate onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      run();
    }}>
      <${Field} label="Topic filters to record" name="topics" error=${error} grow
        hint="# is everything but $SYS; several with commas" value=${filters}
        onChange=${setFilters} class="mono" />
      <button type="submit" class="button primary" disabled=${busy}>${busy
        ? "Starting…"
        : "Record"}</button>
    </form>
    <${FormProblem} error=${error} fields=${["topics"]} />
  `;
}

/** Ends the recording of a filter; what was recorded stays. @param {{ session: Session, filter: string }} props */
export function StopRecording({ session, filter }) {
  const { busy, error, run } = useWork(() =>
    ask("api/record", {
      method: "POST",
      body: { session_id: session.session_id, action: "stop", topics: [filter] },
    })
  );
  return html`
    <button type="button" class="button small" disabled=${busy} onClick=${run}
      title="What was recorded stays">Stop</button>
    <${Problem} error=${error} />
  `;
}
