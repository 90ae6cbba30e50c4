/** What is offered where nothing is connected yet. */
import { ask } from "./api.js";
import { useWork } from "./form.js";
import { useLive } from "./live.js";
import { Problem } from "./parts.js";
import { goTo, linkTo } from "./route.js";
import { html } from "./view.js";

/** @typedef {import("../shapes/overview.ts").Status["offers"]} Offers */

/** What may be written from here; null until it is known. @returns {Offers | null} */
export function useOffers() {
  return useLive().snapshot?.status.offers ?? null;
}

/** Ways to begin: connect, the demo, an assistant. For empty pages. */
export function Beginning() {
  const offers = useOffers();
  return html`
    <p class="beginning row">
      ${offers?.writes && html`
        <a class="button primary" href=${linkTo("connect")}>Connect a broker</a>
        ${offers.demo && html`<${DemoButton} />`}
      `}
      <a class=${`button ${offers?.writes ? "" : "primary"}`} href=${linkTo(
        "setup",
      )}>Set up a client</a>
    </p>
    ${offers?.why && html`<p class="muted">${offers.why}.</p>`}
  `;
}

/** Starts the demo broker, and goes to what it shows. */
export function DemoButton() {
  const { busy, error, run } = useWork(async () => {
    await ask("api/demo", { method: "POST", body: {} });
    goTo(linkTo(""), { push: true });
  });
  return html`
    <button type="button" class="button" onClick=${run} disabled=${busy}>${busy
      ? "Starting the demo…"
      : "Try the demo"}</button>
    <${Problem} error=${error} />
  `;
}
