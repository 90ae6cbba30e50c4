/** The few pictures of the interface. Each stands beside a word, so that screen readers skip them. */
import { html } from "./view.js";

const PATHS = {
  overview: "M3 12h4l3-8 4 16 3-8h4",
  devices: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  battery: "M3 8h15v8H3zM21 11v2M6 11v2M9 11v2",
  signal: "M5 20v-4M10 20v-8M15 20V8M20 20V4",
  watches: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  sessions: "M5 12a7 7 0 0 1 14 0M8.5 12a3.5 3.5 0 0 1 7 0M12 12v8M9 20h6",
  topics: "M5 4v13a2 2 0 0 0 2 2h3M5 10h5M14 10h6M14 19h6M14 4h-4",
  calls: "M4 6h10M4 12h16M4 18h7M17 16l3 3-3 3",
  logs: "M5 5h14v14H5zM8.5 9.5h7M8.5 13h7M8.5 16h4",
  setup: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
  api:
    "M4 7c0-2 1-3 3-3M4 7v10c0 2 1 3 3 3M20 7c0-2-1-3-3-3M20 7v10c0 2-1 3-3 3M9 12h.01M12 12h.01M15 12h.01",
  sun:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5",
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  right: "M9 6l6 6-6 6",
  download: "M12 4v11M7.5 10.5L12 15l4.5-4.5M5 20h14",
  pause: "M9 5v14M15 5v14",
  play: "M7 5l12 7-12 7z",
  back: "M15 6l-6 6 6 6",
  logout: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
};

/** @param {{ name: keyof typeof PATHS, size?: number }} props */
export function Icon({ name, size = 18 }) {
  return html`
    <svg class="icon" viewBox="0 0 24 24" width=${size} height=${size} fill="none"
      stroke="currentColor"
      stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
      focusable="false">
      <path d=${PATHS[name]} />
    </svg>
  `;
}
