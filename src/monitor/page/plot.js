/** Lines over time, drawn by uPlot. */
import uPlot from "./uplot.js";
import { formatTime } from "./format.js";
import {
  axisLabels,
  colourOf,
  loneValues,
  timeRange,
  valueRange,
  withBreaks,
} from "./plot_scale.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./view.js";

/**
 * @typedef {{ label: string, values: (number | null | undefined)[], fill?: boolean }} Line
 *   null breaks the line, undefined does not: at that time another one has its value
 * @typedef {{ from: number, to: number }} Gap in seconds since the epoch
 */

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
 * @param {{ title: string, note?: string, at: number[], lines: Line[], format: (value: number | null) => string, height?: number, fromZero?: boolean, steps?: keyof typeof STEPS, stepped?: boolean, gaps?: Gap[], onZoom?: (from: number, to: number) => void, onPick?: (at: number) => void }} props
 */
export function Plot(
  {
    title,
    note,
    at,
    lines,
    format,
    height = 170,
    fromZero = true,
    steps,
    stepped,
    gaps = [],
    onZoom,
    onPick,
  },
) {
  const holder = useRef(/** @type {HTMLElement | null} */ (null));
  const plot = useRef(/** @type {import("uplot") | null} */ (null));
  const latest = useRef({ format, gaps, onZoom, onPick });
  latest.current = { format, gaps, onZoom, onPick };
  const [hovered, setHovered] = useState(/** @type {number | null} */ (null));
  const theme = useTheme();
  const labels = lines.map(({ label }) => label);
  const colours = labels.map((label) => colourOf(label, labels));
  const shape = lines.map((line) => `${line.label}|${line.fill ?? false}`).join("\n");

  useLayoutEffect(() => {
    const place = holder.current;
    if (place === null) return;
    const made = makePlot(place, {
      lines,
      colours,
      height,
      fromZero,
      steps,
      stepped,
      format: (value) => latest.current.format(value),
      gaps: () => latest.current.gaps,
      onHover: setHovered,
      onZoom: onZoom && ((from, to) => latest.current.onZoom?.(from, to)),
      onPick: (at) => latest.current.onPick?.(at),
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
  }, [shape, theme, height, stepped]);

  useLayoutEffect(() => {
    const drawn = withBreaks(at, lines.map(({ values }) => values), gaps);
    plot.current?.setData([drawn.at, ...drawn.lines]);
  });

  const index = hovered === null ? null : nearest(at, hovered);
  const shown = lines.map((line) =>
    index === null ? lastKnown(line.values) : line.values[index] ?? null
  );
  const summary = lines.map((line, number) => `${line.label} ${format(shown[number])}`).join(", ");
  return html`
    <figure class="plot card">
      <figcaption class="row spread">
        <span class="plot-title strong">${title}</span>
        <span class="plot-when small muted">
          ${index === null ? note : formatTime(at[index] * 1000)}
        </span>
      </figcaption>
      <div class="plot-canvas" ref=${holder} role="img" aria-label=${`${title}: ${
        summary || "nothing yet"
      }`}></div>
      <ul class="legend row small muted">
        ${lines.map((line, number) =>
          html`
            <li key=${line.label}>
              <span aria-hidden="true" style=${{
                color: `var(--line-${colours[number]})`,
              }}>━${" "}</span>
              <bdi>${line.label}</bdi> <strong>${format(shown[number])}</strong>
            </li>
          `
        )}
      </ul>
    </figure>
  `;
}

/** @param {Line["values"]} values */
function lastKnown(values) {
  const own = values.filter((value) => value !== undefined).slice(-3);
  return own.findLast((value) => value !== null) ?? null;
}

/**
 * @param {HTMLElement} holder
 * @param {{ lines: Line[], colours: number[], height: number, fromZero: boolean, steps?: keyof typeof STEPS, stepped?: boolean, format: (value: number) => string, gaps: () => Gap[], onHover: (time: number | null) => void, onZoom?: (from: number, to: number) => void, onPick: (at: number) => void }} options
 */
function makePlot(holder, options) {
  const {
    lines,
    colours,
    height,
    fromZero,
    steps,
    stepped,
    format,
    gaps,
    onHover,
    onZoom,
    onPick,
  } = options;
  const styles = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) =>
    resolveColour(holder, styles.getPropertyValue(name).trim());
  const axis = {
    stroke: colour("--text-muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: colour("--border"), width: 1 },
    ticks: { show: false },
  };
  const hatch = colour("--text-muted");
  return new uPlot(
    {
      width: Math.max(50, holder.clientWidth),
      height,
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: onZoom !== undefined, y: false, setScale: false } },
      scales: {
        // of a single time uPlot would make years
        x: { range: ({ data: [at] }) => timeRange(at[0] ?? null, at.at(-1) ?? null) },
        y: { range: (_plot, low, high) => valueRange(low, high, fromZero) },
      },
      axes: [
        { ...axis, space: 74, size: 26, values: timeLabels },
        {
          ...axis,
          size: (_plot, values) => sizeOf(values),
          space: 28,
          ...(steps && { incrs: STEPS[steps] }),
          values: (_plot, values, _axis, _space, step) =>
            steps === undefined && isPlain(format)
              ? axisLabels(values, step)
              : values.map((value) => value === null ? "" : format(value)),
        },
      ],
      series: [
        {},
        ...lines.map((line, number) => {
          const stroke = colour(`--line-${colours[number]}`);
          return {
            stroke,
            width: 1.6,
            points: {
              show: false,
              size: 5,
              fill: stroke,
              filter: (/** @type {import("uplot")} */ plot, /** @type {number} */ line) =>
                loneValues(/** @type {(number | null | undefined)[]} */ (plot.data[line])),
            },
            spanGaps: false,
            ...(stepped && { paths: uPlot.paths.stepped?.({ align: 1 }) }),
            ...(line.fill && { fill: withAlpha(stroke) }),
          };
        }),
      ],
      hooks: {
        // uPlot keeps the click that ends a drag to itself.
        ready: [
          (plot) =>
            plot.over.addEventListener(
              "click",
              ({ offsetX }) => onPick(plot.posToVal(offsetX, "x")),
            ),
        ],
        setCursor: [(plot) => onHover(plot.data[0][plot.cursor.idx ?? -1] ?? null)],
        setSelect: [(plot) => {
          const { left, width } = plot.select;
          if (width <= 2) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onZoom?.(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
        }],
        drawClear: [(plot) => drawGaps(plot, { gaps: gaps(), colour: hatch })],
      },
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
 * Whether figures are written as they are, so that the axis can tell how many digits its steps need.
 * @param {(value: number) => string} format
 */
function isPlain(format) {
  return /^1[^a-z]*$/i.test(format(1));
}

/** Room for the longest label. @param {string[] | null} values */
function sizeOf(values) {
  const longest = Math.max(4, ...(values ?? []).map((value) => value.length));
  return Math.max(62, 7 * longest + 16);
}

/**
 * Hatches the times in which nothing could be heard.
 * @param {import("uplot")} plot
 * @param {{ gaps: Gap[], colour: string }} options
 */
function drawGaps(plot, { gaps, colour }) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.35;
  ctx.lineWidth = 1;
  for (const { from, to } of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(from, "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, "x", true));
    if (!(right > left)) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 8) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

/**
 * The place of the value that is nearest to a time.
 * @param {number[]} at
 * @param {number} time
 */
function nearest(at, time) {
  let best = 0;
  for (let i = 1; i < at.length; i++) {
    if (Math.abs(at[i] - time) < Math.abs(at[best] - time)) best = i;
  }
  return at.length > 0 && Math.abs(at[best] - time) < 1e-6 ? best : null;
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
    if (step >= 60) return `${hours}:${minutes}`;
    return step >= 1
      ? `${hours}:${minutes}:${rest}`
      : `${minutes}:${rest}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  });
}
