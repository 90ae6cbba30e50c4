/** Every device that recordings know, the sickest first: the first page that one sees. */
import {
  afterDevices,
  choicesOf,
  filtersOf,
  isOf,
  isShown,
  kindOrPlace,
  kindText,
  linkToDevice,
  matchesFilters,
  minutesLookedBack,
  notJudged,
  shortName,
  SHOWN,
  toneOf,
} from "./device_state.js";
import { formatCount, plural, visible, visibleLine } from "./format.js";
import { Icon } from "./icons.js";
import { ask } from "./api.js";
import { FilterBar, FilterSelect, SearchField, useWork } from "./form.js";
import { onLive, useLive, watchDevices } from "./live.js";
import { Beginning } from "./offers.js";
import { Badge, Choices, Empty, Head, Problem, Since, Time, Waiting } from "./parts.js";
import { useMayRecord } from "./record.js";
import { goTo, linkTo } from "./route.js";
import { StateBadge } from "./state_badge.js";
import { brokerKey } from "./topic_state.js";
import { useTypedParam } from "./typed_param.js";
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./view.js";

/** @typedef {import("./device_state.js").Device} Device */
/** @typedef {import("./device_state.js").Devices} Devices */
/** @typedef {import("./device_state.js").Filters} Filters */

const FIRST_TILES = 96;
const MORE_TILES = 192;
const MOST_OPTIONS = 300;

/** Kept while another page is shown. @type {Devices | null} */
let latest = null;
/** Where one was among the tiles before a device was opened. */
const place = { scroll: 0, tiles: FIRST_TILES, opened: "" };

/** @param {{ params: URLSearchParams }} props */
export function DevicesPage({ params }) {
  const { snapshot } = useLive();
  const told = useDevices();
  const device = params.get("device");
  if (snapshot === null) return html`<${Waiting} title="Devices" />`;
  const open = new Set(snapshot.sessions.map(({ session_id }) => session_id));
  // after a restart the same brokers have other sessions
  const known = told &&
    { ...told, brokers: told.brokers.filter(({ session_id }) => open.has(session_id)) };
  const devices = (known?.devices ?? []).filter(({ session_id }) => open.has(session_id));
  if (device !== null) {
    return html`
      <${OneDevice} key=${device} device=${device} on=${params.get("on")} devices=${devices}
        known=${known} filters=${filtersOf(params)} sessions=${snapshot.sessions} />
    `;
  }
  return html`
    <${Wall} known=${known} devices=${devices} filters=${filtersOf(params)}
      sessions=${snapshot.sessions} />
  `;
}

/** The devices, followed live while the page is looked at. */
function useDevices() {
  const [known, setKnown] = useState(latest);
  useEffect(() => {
    const endHearing = onLive("devices", (event) => {
      latest = afterDevices(latest, event);
      setKnown(latest);
    });
    /** @type {() => void} */
    let endWatching = () => {};
    // Nothing is judged for a page in the background.
    const follow = () => {
      endWatching();
      endWatching = document.visibilityState === "visible" ? watchDevices() : () => {};
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      endHearing();
      endWatching();
      document.removeEventListener("visibilitychange", follow);
    };
  }, []);
  return known;
}

/** @param {{ known: Devices | null, devices: Device[], filters: Filters, sessions: import("./topic_state.js").Session[] }} props */
function Wall({ known, devices, filters, sessions }) {
  const { typed, setTyped } = useTypedParam("q");
  /** @param {Partial<Filters>} part */
  const change = (part) => goTo(linkTo("devices", { ...filters, ...part }), { push: true });
  const matching = devices.filter((device) => matchesFilters(device, filters));
  const shown = matching.filter((device) => isShown(device, filters.show));
  const brokers = options(devices, "broker", filters.broker);
  const isFiltered = Object.values(filters).some((value) => value !== "");
  return html`
    <${Head} title="Devices" about=${aboutText(known, devices)} />
    <${Sources} known=${known} sessions=${sessions} />
    ${known !== null && devices.length > 0 && html`
      <${Shown} devices=${matching} value=${filters.show} onChange=${(
        /** @type {string} */ show,
      ) => change({ show })} />
      <${FilterBar} label="Filter devices">
        <${FilterSelect} label="Place" value=${filters.place}
          options=${options(devices, "place", filters.place)}
          onChange=${(/** @type {string} */ place) => change({ place })} />
        <${FilterSelect} label="Kind" value=${filters.kind}
          options=${options(devices, "convention", filters.kind, kindText)}
          onChange=${(/** @type {string} */ kind) => change({ kind })} />
        ${(brokers.length > 1 || filters.broker !== "") && html`
          <${FilterSelect} label="Broker" value=${filters.broker} options=${brokers}
            onChange=${(/** @type {string} */ broker) => change({ broker })} />
        `}
        <${SearchField} label="Search" placeholder="Name, model, or what is wrong" value=${typed}
          onChange=${setTyped} />
      <//>
      ${!isFiltered && html`<${Problems} problems=${known.problems} />`}
      ${shown.length > 0
        ? html`<${Tiles} devices=${shown} filters=${filters} sessions=${sessions} />`
        : html`
          <${Empty} title="No device matches">
            <p><a class="button" href=${linkTo("devices")} onClick=${() =>
              setTyped("")}>Clear the filters</a></p>
            <//>
        `}
      <${NotShown} known=${known} />
    `}
  `;
}

/** @param {Devices | null} known @param {Device[]} devices */
function aboutText(known, devices) {
  if (known === null || devices.length === 0) return undefined;
  const { summary } = known;
  const alone = summary.sick === 0
    ? "none of them is sick by itself"
    : `${formatCount(summary.sick)} of them ${summary.sick === 1 ? "is" : "are"} sick`;
  const sick = summary.affected === 0
    ? alone
    : `${alone}, ${formatCount(summary.affected)} by what they share`;
  return html`
    ${plural(summary.devices, "device")} in the last ${minutesLookedBack(
      known,
    )} minutes: ${sick}. Judged <${Time}
      at=${known.judged_at} />.
  `;
}

/** What is wrong with where devices are heard of: nothing recorded, part of it, a broker that is away. @param {{ known: Devices | null, sessions: import("./topic_state.js").Session[] }} props */
function Sources({ known, sessions }) {
  if (sessions.length === 0) {
    return html`
      <${Empty} title="No broker is connected">
        <p>Every device that speaks on your broker shows here by itself, the sick ones first, once a broker is connected and its topics are recorded.</p>
        <${Beginning} />
        <//>
    `;
  }
  const byId = new Map(sessions.map((session) => [session.session_id, session]));
  const unjudged = notJudged(known, sessions);
  const brokers =
    known?.brokers.filter((broker) => !unjudged.some((session) => isOf(session, broker))) ?? [];
  const silent = brokers.length > 0 && brokers.every(({ recorded }) => recorded.length > 0) &&
    unjudged.length === 0 && known?.devices.length === 0;
  return html`
    <div role="status" class="source-notes stack">
      <${Judging} known=${known} unjudged=${unjudged} />
      ${brokers.map(({ session_id, broker, recorded, records_all }) => {
        const session = byId.get(session_id);
        const status = session?.status;
        return html`
          ${recorded.length === 0 && session && html`
            <${NotRecorded} key=${`${session_id} none`} session=${session} broker=${broker} />
          `}
          ${recorded.length > 0 && !records_all && html`
            <p class="muted"
              key=${`${session_id} part`}>On ${visibleLine(broker)} only ${visibleLine(
                recorded.slice(0, 5).join(", "),
              )} is recorded: devices elsewhere are not known.</p>
          `}
          ${recorded.length > 0 && status !== undefined && status !== "connected" && html`
            <div class="banner inline row" key=${`${session_id} away`}>
              <span><strong>${visibleLine(broker)} is not connected</strong><${Since}
                at=${session?.disconnected_since ??
                  null} />. Its devices are shown as they were heard before.</span>
            </div>
          `}
        `;
      })}
    </div>
    ${silent && html`
      <${Empty} title="No device was heard yet">
        <p>Topics are recorded, and no device has spoken on them. Most speak within a minute.</p>
        <//>
    `}
  `;
}

/** What is being judged for the first time. @param {{ known: Devices | null, unjudged: import("./topic_state.js").Session[] }} props */
function Judging({ known, unjudged }) {
  if (unjudged.length === 0) {
    return !known?.brokers.length && html`<p class="muted">Looking at the devices…</p>`;
  }
  return unjudged.map((session) =>
    html`
      <p class="muted" key=${session.session_id}>Judging the devices of ${visibleLine(
        brokerKey(session),
      )}: ${plural(session.topics_recorded, "topic")}…</p>
    `
  );
}

/** @param {{ session: import("./topic_state.js").Session, broker: string }} props */
function NotRecorded({ session, broker }) {
  const mayRecord = useMayRecord(session);
  const { busy, error, run } = useWork(() =>
    ask("api/record", {
      method: "POST",
      body: { session_id: session.session_id, action: "start", topics: ["#"] },
    })
  );
  return html`
    <div class="banner inline row">
      <span><strong>Nothing is recorded on ${visibleLine(
        broker,
      )}</strong>, so its devices are not known.${!mayRecord &&
        " Ask the assistant to “record everything”."}</span>
      ${mayRecord && html`
        <button type="button" class="button small end" onClick=${run}
          disabled=${busy}>${busy ? "Starting…" : "Record everything"}</button>
      `}
    </div>
    <${Problem} error=${error} />
  `;
}

/** @param {{ devices: Device[], value: string, onChange: (show: string) => void }} props */
function Shown({ devices, value, onChange }) {
  const options = SHOWN.flatMap(([key, title]) => {
    const count = devices.filter((device) => isShown(device, key)).length;
    // What nobody is needs no button, but for the ones that everybody looks for.
    if (count === 0 && key !== value && key !== "" && key !== "sick") return [];
    return [[key, `${title} ${formatCount(count)}`]];
  });
  return html`<${Choices} label="Show" value=${value} options=${options} onChange=${onChange} />`;
}

/**
 * What can be chosen of a field, with how many devices have it.
 * @param {Device[]} devices
 * @param {"place" | "convention" | "broker"} field
 * @param {string} value what is chosen, which no device may have any more
 * @param {(value: string) => string} [titleOf]
 */
function options(devices, field, value, titleOf = (text) => text) {
  const choices = choicesOf(devices, (device) => device[field]);
  if (value !== "" && !choices.some((choice) => choice.value === value)) {
    choices.unshift({ value, count: 0 });
  }
  return choices.slice(0, MOST_OPTIONS).map((choice) => [
    choice.value,
    `${visibleLine(titleOf(choice.value))} (${choice.count})`,
  ]);
}

/** Trouble that belongs to no device alone. @param {{ problems: Devices["problems"] }} props */
function Problems({ problems }) {
  if (problems.length === 0) return null;
  return html`
    <section class="card shared-problems" aria-label="Shared problems">
      <h2>Shared problems</h2>
      <ul>
        ${problems.map((problem) =>
          html`
            <li key=${problem.title}>
              <${Badge} tone=${toneOf({ ...problem, condition: "sick", state: "online" })}>${problem
                .severity}<//>
              <span><bdi>${visibleLine(problem.title)}</bdi>${problem.suggestion &&
                html`<span class="muted"> ${visibleLine(problem.suggestion)}</span>`}</span>
            </li>
          `
        )}
      </ul>
    </section>
  `;
}

/** @param {{ devices: Device[], filters: Filters, sessions: import("./topic_state.js").Session[] }} props */
function Tiles({ devices, filters, sessions }) {
  // The order may have changed since: as many that the one that was opened is among them.
  const [most, setMost] = useState(() =>
    Math.max(
      place.tiles,
      place.opened === ""
        ? 0
        : devices.findIndex((device) => linkToDevice(device, filters) === place.opened) + 1,
    )
  );
  const end = useRef(/** @type {HTMLElement | null} */ (null));
  const isLinked = useLive().link.state === "live";
  const away = new Set(
    sessions.filter(({ status }) => !isLinked || status !== "connected")
      .map(({ session_id }) => session_id),
  );
  const isMore = devices.length > most;
  useLayoutEffect(() => {
    if (place.opened === "") return;
    scrollTo(0, place.scroll);
    const links = [...document.querySelectorAll(".tile")];
    const opened = links.find((link) => link.getAttribute("href") === place.opened);
    if (opened instanceof HTMLElement) opened.focus({ preventScroll: true });
    Object.assign(place, { scroll: 0, tiles: FIRST_TILES, opened: "" });
  }, []);
  useEffect(() => {
    if (end.current === null) return;
    const seen = new IntersectionObserver((changes) => {
      // On a busy machine it comes into sight before it was told that it had not been.
      if (changes.at(-1)?.isIntersecting) setMost((count) => count + MORE_TILES);
    }, { rootMargin: "400px" });
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [isMore, most]);
  return html`
    <ul class="tiles columns" aria-label="Devices, the sickest first" onClick=${(
      /** @type {MouseEvent} */ event,
    ) => {
      const tile = /** @type {Element} */ (event.target).closest(".tile");
      if (tile === null) return;
      const opened = tile.getAttribute("href") ?? "";
      Object.assign(place, { scroll: scrollY, tiles: most, opened });
    }}>
      ${devices.slice(0, most).map((device) =>
        html`
          <${Tile} key=${device.id} device=${device} href=${linkToDevice(device, filters)}
            stale=${away.has(device.session_id)} />
        `
      )}
    </ul>
    ${isMore && html`
      <p class="table-foot row" ref=${end}>
        <button type="button" class="button" onClick=${() =>
          setMost(most + MORE_TILES)}>Show more of ${plural(devices.length, "device")}</button>
      </p>
    `}
  `;
}

/** @param {{ device: Device, href: string, stale: boolean }} props */
function Tile({ device, href, stale }) {
  // Most of them have not changed: they are not even compared.
  return useMemo(() => {
    const tone = toneOf(device);
    const { severity, battery, signal } = device;
    return html`
      <li>
        <a class=${`tile card stack ${tone} ${
          stale ? "stale" : ""
        }`} href=${href} title=${visibleLine(
          device.device,
        )}>
          <span class="tile-head row spread">
            <strong class="tile-name clip"><bdi>${visibleLine(shortName(device))}</bdi></strong>
            <${StateBadge} device=${device} />
          </span>
          <span class="tile-sentence small">${severity !== null &&
            html`<span class="visually-hidden">${severity}: </span>`}<bdi>${visibleLine(
              device.sentence,
            )}</bdi>${device.more_findings > 0 &&
            html`<span class="muted"> and ${device.more_findings} more</span>`}</span>
          <span class="tile-foot row small muted">
            <span>${device.last_heard === null
              ? "Not heard live"
              : html`<${Time} at=${device.last_heard} />`}</span>
            ${battery !== null && html`
              <span class=${battery <= 15 ? "low" : ""} title="Battery"><${Icon} name="battery"
                size=${14} /><span class="visually-hidden">Battery </span>${battery} %</span>
            `}
            ${signal !== null && html`
              <span class=${signal.weak ? "low" : ""} title="Signal"><${Icon} name="signal"
                size=${14} /><span class="visually-hidden">Signal </span>${signal.value} ${signal
                  .unit}</span>
            `}
            <span class="tile-kind clip end"><bdi>${visibleLine(kindOrPlace(device))}</bdi></span>
          </span>
        </a>
      </li>
    `;
  }, [device, href, stale]);
}

/** @param {{ known: Devices }} props */
function NotShown({ known }) {
  const left = known.summary.devices - known.devices.length;
  const cut = known.brokers.flatMap(({ broker, cut: notes }) =>
    notes.map((note) => `${broker}: ${note}`)
  );
  if (left <= 0 && cut.length === 0) return null;
  return html`
    <p class="quiet">
      ${left > 0 &&
        `${plural(left, "more device")}, none of them sicker than these, ${
          left === 1 ? "is" : "are"
        } not shown. `}
      ${visible(cut.join("; "))}
    </p>
  `;
}

/** The module that shows one device draws plots: it is asked for when somebody opens one. */
function useDetails() {
  const [part, setPart] = useState(
    /** @type {{ DeviceDetails: any } | { error: Error } | null} */ (null),
  );
  useEffect(() => {
    import("./device_details.js").then(setPart).catch(() =>
      setPart({ error: new Error("Cannot load the page: the monitor does not answer") })
    );
  }, []);
  return part;
}

/** @param {{ device: string, on: string | null, devices: Device[], known: Devices | null, filters: Filters, sessions: import("./topic_state.js").Session[] }} props */
function OneDevice({ device, on, devices, known, filters, sessions }) {
  const part = useDetails();
  const sources =
    known?.brokers.filter(({ broker, url }) => on === null || broker === on || url === on) ?? [];
  const tile = devices.find((one) =>
    one.device === device && sources.some(({ session_id }) => session_id === one.session_id)
  );
  const source = tile === undefined
    ? sources[0]
    : sources.find(({ session_id }) => session_id === tile.session_id);
  const back = linkTo("devices", { ...filters });
  if (source === undefined) {
    const unjudged = notJudged(known, sessions);
    if (known === null || unjudged.length > 0) {
      return html`
        <${Head} title="Devices" />
        <div role="status">
          <${Judging} known=${known} unjudged=${unjudged} />
        </div>
      `;
    }
    return html`
      <${Head} title="Devices" />
      <${Empty} title=${on === null
        ? "The device is not known"
        : `No session with ${visibleLine(on.slice(0, 200))} is open any more`}>
        <p><a class="button" href=${back}>All devices</a></p>
        <//>
    `;
  }
  if (part === null) {
    return html`
      <${Head} title=${visibleLine((tile?.name ?? device).slice(0, 120))} />
      <p class="quiet" role="status">Reading…</p>
    `;
  }
  if ("error" in part) return html`<${Problem} error=${part.error} />`;
  return html`
    <${part.DeviceDetails} device=${device} tile=${tile ?? null} source=${source} back=${back}
      isOpened=${place.opened !== ""} />
  `;
}
