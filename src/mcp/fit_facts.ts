import { visibleJson } from "../payload/visible_text.ts";

/** One thing that was cut so that a result fits. */
interface Cut {
  readonly field: string;
  readonly total: number;
  returned: number;
  readonly why: string;
  readonly more: string;
}

type Facts = Record<string, unknown>;

const WHY = "a result stays under 40,000 characters";

/**
 * Shortens the longest lists and texts of a result, given as JSON, until it has fewer than `maxChars`
 * characters; each cut is stated in `cut`. The last resort behind tools that bound their results themselves.
 */
export function fitFacts(json: string, maxChars: number): { facts: Facts; text: string } {
  const facts: Facts = JSON.parse(json);
  const cuts = new Map<string, Cut>();
  for (;;) {
    const shown = cuts.size > 0 ? { ...facts, cut: [...cuts.values()] } : facts;
    const text = visibleJson(shown);
    if (text.length < maxChars) return { facts: shown, text };
    const heaviest = findHeaviest(facts);
    if (heaviest === null) {
      const bare = { cut: [{ field: "result", why: WHY, more: "Ask for less" }] };
      return { facts: bare, text: JSON.stringify(bare) };
    }
    shorten(heaviest, cuts);
  }
}

interface Spot {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
  readonly field: string;
  readonly chars: number;
}

function shorten(spot: Spot, cuts: Map<string, Cut>): void {
  const value = spot.holder[spot.key] as unknown[] | string | Facts;
  const entries = typeof value === "string" || Array.isArray(value) ? null : Object.entries(value);
  const total = entries?.length ?? (value as { length: number }).length;
  const returned = Math.floor(total / 2);
  if (entries) spot.holder[spot.key] = Object.fromEntries(entries.slice(0, returned));
  else spot.holder[spot.key] = (value as unknown[] | string).slice(0, returned);
  const cut = cuts.get(spot.field);
  if (cut) cut.returned = returned;
  else {
    const more =
      "Ask for less: a narrower topic filter, a smaller limit or target, or the next page";
    cuts.set(spot.field, { field: spot.field, total, returned, why: WHY, more });
  }
}

const MIN_CHARS = 200;

/** The list, map or text that can be halved and has the most characters, but not around a longer one inside. */
function findHeaviest(root: Facts): Spot | null {
  let best: Spot | null = null;
  const offer = (spot: Spot) => {
    if (spot.chars >= MIN_CHARS && (best === null || spot.chars > best.chars)) best = spot;
  };
  const visit = (
    holder: Record<string | number, unknown>,
    key: string | number,
    field: string,
  ): void => {
    const value = holder[key];
    if (typeof value === "string") {
      offer({ holder, key, field, chars: visibleJson(value).length });
    } else if (Array.isArray(value)) {
      if (value.length > 1) offer({ holder, key, field, chars: visibleJson(value).length });
      else if (value.length === 1) visit(value as unknown as Facts, 0, `${field}[0]`);
    } else if (typeof value === "object" && value !== null) {
      const keys = Object.keys(value);
      const chars = visibleJson(value).length;
      // A map of many small entries is halved like a list; a record of fields is looked into.
      if (keys.length > 32 && field !== "") offer({ holder, key, field, chars });
      else for (const name of keys) visit(value as Facts, name, field ? `${field}.${name}` : name);
    }
  };
  visit({ root }, "root", "");
  return best;
}
