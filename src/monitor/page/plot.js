/** Lines over time, drawn by uPlot. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "./view.js";

/**
 * @typedef {{ label: string, values: (number | null)[], fill?: boolean }} Line
 */

/** How many lines have a colour of their own in style.css. */
const COLOURS = 8;
/** Steps between lines of the grid, where fractions would make no sense. */
const STEPS = {
  counts: [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((ten) => [ten, 2 * ten, 5 * ten]),
  bytes: Array.from({ length: 48 }, (_, power) => 2 ** power),
};

/** Changes whenever the colours do. */
function useTheme() {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const change = () => setTheme((count) => count + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", change);
    addEventListener("themechange", change);
    return () => {
      system.removeEventListener("change", change);
      removeEventListener("themechange", change);
    };
  }, []);
  return theme;
}

/**
 * @param {{ title: string, note?: string, at: number[], lines: Line[], format: (value: number | null) => string, height?: number, fromZero?: boolean, steps?: keyof typeof STEPS }} props
 */
export function Plot(
  { title, note, at, lines, format, height = 170, fromZero = true, steps },
) {
  const holder = useRef(/** @type {HTMLElement | null} */ (null));
  const plot = useRef(/** @type {import("uplot") | null} */ (null));
  const latest = useRef({ format });
  latest.current.format = format;
  const [hovered, setHovered] = useState(/** @type {number | null} */ (null));
  const theme = useTheme();
  const shape = lines.map((line) => `${line.label}|${line.fill ?? false}`).join("\n");

  useLayoutEffect(() => {
    const place = holder.current;
    if (place === null) return;
    const made = makePlot(place, {
      lines,
      height,
      fromZero,
      steps,
      format: (value) => latest.current.format(value),
      onHover: setHovered,
    });
    plot.current = made;
    const resized = new ResizeObserver(() => {
      const width = place.clientWidth;
      if (width > 0) made.setSize({ width, height });
    });
    resized.observe(place);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, theme, height]);

  useLayoutEffect(() => {
    plot.current?.setData([at, ...lines.map((line) => line.values)]);
  });

  const index = hovered !== null && hovered < at.length ? hovered : null;
  const shown = lines.map((line) => index === null ? lastKnown(line.values) : line.values[index]);
  const summary = lines.map((line, number) => `${line.label} ${format(shown[number])}`).join(", ");
  return html`
    <figure class="plot card">
      <figcaption>
        <span class="plot-title">${title}</span>
        <span class="plot-when">
          ${index === null ? note : new Date(at[index] * 1000).toLocaleString()}
        </span>
      </figcaption>
      <div class="plot-canvas" ref=${holder} role="img" aria-label=${`${title}: ${
        summary || "nothing yet"
      }`}></div>
      <ul class="legend">
        ${lines.map((line, number) =>
          html`
            <li key=${line.label}>
              <span class=${`swatch line-${number % COLOURS}`}></span>
              <bdi>${line.label}</bdi> <strong>${format(shown[number])}</strong>
            </li>
          `
        )}
      </ul>
    </figure>
  `;
}

/** @param {(number | null)[]} values */
function lastKnown(values) {
  for (let at = values.length - 1; at >= 0 && at >= values.length - 3; at--) {
    if (values[at] !== null) return values[at];
  }
  return null;
}

/**
 * @param {HTMLElement} holder
 * @param {{ lines: Line[], height: number, fromZero: boolean, steps?: keyof typeof STEPS, format: (value: number) => string, onHover: (index: number | null) => void }} options
 */
function makePlot(holder, { lines, height, fromZero, steps, format, onHover }) {
  const colours = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) =>
    resolveColour(holder, colours.getPropertyValue(name).trim());
  const axis = {
    stroke: colour("--text-muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
  };
  /** @type {typeof import("uplot")} */
  const uPlot = /** @type {any} */ (globalThis).uPlot; // made by uplot.js, a classic script
  return new uPlot(
    {
      width: Math.max(50, holder.clientWidth),
      height,
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, low, high) => valueRange(low, high, fromZero) } },
      axes: [
        { ...axis, space: 74, size: 26, values: timeLabels },
        {
          ...axis,
          size: 62,
          space: 28,
          ...(steps && { incrs: STEPS[steps] }),
          values: (_plot, values) => values.map((value) => value === null ? "" : format(value)),
        },
      ],
      series: [
        {},
        ...lines.map((line, number) => {
          const stroke = colour(`--line-${number % COLOURS}`);
          return {
            stroke,
            width: 1.6,
            points: { show: false },
            spanGaps: false,
            ...(line.fill && { fill: withAlpha(stroke) }),
          };
        }),
      ],
      hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
    },
    [[], ...lines.map(() => [])],
    holder,
  );
}

/** A canvas does not know `light-dark()`: the browser computes the colour of an element instead. @param {HTMLElement} holder @param {string} value */
function resolveColour(holder, value) {
  const probe = document.createElement("span");
  probe.style.color = value;
  holder.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/** @param {string} rgb as computed styles give it */
function withAlpha(rgb) {
  return rgb.replace(/^rgb\((.*)\)$/, "rgba($1, 0.12)");
}

/**
 * @param {number | null} low
 * @param {number | null} high
 * @param {boolean} fromZero
 * @returns {[number, number]}
 */
function valueRange(low, high, fromZero) {
  if (low === null || high === null) return [0, 1];
  if (fromZero && low >= 0) return [0, high > 0 ? high * 1.08 : 1];
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

/**
 * Labels of the time axis: no more of the time than its steps need.
 * @param {unknown} _plot
 * @param {number[]} splits seconds since the epoch
 * @param {number} _axis
 * @param {number} _space
 * @param {number} step in seconds
 */
function timeLabels(_plot, splits, _axis, _space, step) {
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    if (step >= 86_400) return date.toLocaleDateString("en", { month: "short", day: "numeric" });
    const [hours, minutes, rest] = [date.getHours(), date.getMinutes(), date.getSeconds()]
      .map((part) => String(part).padStart(2, "0"));
    return step >= 60 ? `${hours}:${minutes}` : `${hours}:${minutes}:${rest}`;
  });
}
