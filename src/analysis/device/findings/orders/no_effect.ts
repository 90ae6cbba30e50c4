/** How it is told that a command, or what drives something, brought about nothing. */
import { findingFrom, iso, someOf, spanText, stepIn, withNumbers } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, type Scalar } from "../../reading/fields.ts";
import type { FieldPlace, Reading } from "../../reading/view.ts";
import type { Series } from "../values/series.ts";

/** A title: who asked in vain, for what, and what is told instead (`stays OFF`). */
export function noEffectTitle(
  o: { who: string; asked: string; wanted: readonly string[]; told: string; place: FieldPlace },
): string {
  const { who, asked, wanted, told, place } = o;
  return `${who} no effect: "${asked}" asked for ${[...new Set(wanted)].slice(-3).join(", ")}, "${
    labelOf(place)
  }" ${told}`;
}

/** `A command has`, `3 commands have`. */
export function commandsHave(count: number): string {
  return count === 1 ? "A command has" : `${count} commands have`;
}

/** A value that is shown in a title. */
export function clip(value: Scalar | undefined): string {
  return String(value).trim().slice(0, 40);
}

/** `command_without_reply` of a value that stays what it was before and after it was asked for otherwise. */
export function staysFinding(
  o: {
    who: string;
    /** What is called so was asked for. */
    label: string;
    wanted: readonly Scalar[];
    place: FieldPlace;
    value: Scalar;
    asked: readonly Reading[];
    after: readonly Reading[];
    /** Where it was asked, if the label does not say so. */
    on?: string;
  },
): Finding {
  const { who, label, wanted, place, value, asked, after, on } = o;
  return findingFrom({
    code: "command_without_reply",
    title: noEffectTitle({
      who,
      asked: label,
      wanted: wanted.map(clip),
      told: `stays ${clip(value)}`,
      place,
    }),
    summary: `Asked ${on === undefined ? "" : `on "${on}" `}first at ${
      iso(asked[0]?.at ?? 0)
    }; "${place.topic.topic}" told ${clip(value)} ${
      after.length === 0
        ? "before, and nothing since"
        : `${after.length} times ${spanText(after)} after it`
    }`,
    messages: someOf([...asked, ...after]),
    suggestion:
      "Check that the device subscribes to this very topic and understands the payload, that it may be commanded from there, and that what it moves is not stuck.",
  });
}

/** What is wrong with what should be brought about: since which of its values, and how that is told. */
export interface Fault {
  readonly from: number;
  readonly how: string;
  readonly code?: Finding["code"];
}

/** A finding of a value that does not do what it must. */
export function faultFinding(
  effect: Series,
  { from, how, code = "outlier" }: Fault,
  advice: string,
): Finding {
  const { topic, values, readings } = effect;
  const whole = from === 0 || code === "stuck_value"
    ? withNumbers(effect, readings.slice(Math.max(0, from - 1)))
    : stepIn(effect, from);
  return findingFrom({
    code,
    title: `"${labelOf(effect)}" ${how}`,
    summary: `On "${topic.topic}" in all ${values.length - from} messages from ${
      iso(readings[from]?.at ?? 0)
    } on`,
    ...whole,
    suggestion: advice,
  });
}
