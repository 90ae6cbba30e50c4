/** Which senses of words tell trouble: by themselves, or of what. */
import { error, type Flag, lowBattery, warning } from "./flag.ts";
import type { Sense } from "./lexicon.ts";

/** Trouble by itself. */
export const ALONE: readonly (readonly [Sense, Flag])[] = [
  ["stopped", error("an emergency stop")],
  ["leak", error("a leak")],
  ["stuck", error("something is in the way")],
  ["protected", error("a protection tripped")],
  ["shorted", error("a short circuit or a broken wire")],
  ["unanswering", error("it does not answer")],
  ["tampered", error("somebody opened it")],
  ["broken", error("a part of it is broken")],
  ["unwell", warning("a state that nobody wants")],
  ["wanting", warning("it needs care")],
  ["expired", warning("its time is over, or nearly")],
];

/** As what words are read: the name of a flag that is up, a text, or a value with the name of its field before it. */
export type Reading = "flag" | "text" | "value";

/** What is said, of what, and what that comes to. */
export interface Pair {
  readonly said: Sense;
  readonly of: readonly Sense[];
  readonly trouble: Flag;
  /** Where it is read so: as the name of a flag that is up, in a text, or as a value of what its field is named after; all. */
  readonly only?: readonly Reading[];
}

const FILL = warning("it needs to be filled");
/** What is thrown away has nowhere to go. */
export const FULL = warning("it needs to be emptied");
const CARE = warning("it needs care");
export const OPENED = warning("it stands open");

/** In the order in which they are tried; other rules read flags of batteries. */
export const PAIRS: readonly Pair[] = [
  { said: "low", of: ["supply"], trouble: FILL },
  { said: "empty", of: ["supply"], trouble: FILL },
  { said: "lacking", of: ["supply", "fluid"], trouble: FILL },
  { said: "fill", of: ["supply", "fluid"], trouble: FILL },
  {
    said: "low",
    of: ["fluid", "measure"],
    trouble: warning("something is too low"),
    only: ["flag"],
  },
  { said: "high", of: ["measure"], trouble: warning("something is too high"), only: ["flag"] },
  {
    said: "tooLow",
    of: ["measure", "flowing", "mains", "pressure", "protection"],
    trouble: warning("something is too low"),
  },
  {
    said: "tooHigh",
    of: ["measure", "flowing", "mains", "pressure"],
    trouble: warning("something is too high"),
  },
  { said: "overdue", of: ["supply", "part", "care", "paper"], trouble: CARE },
  { said: "badStore", of: ["store"], trouble: error("a state that nobody wants"), only: ["value"] },
  {
    said: "low",
    of: ["pressure"],
    trouble: warning("something is too low"),
    only: ["flag", "text"],
  },
  { said: "low", of: ["battery"], trouble: lowBattery, only: ["text"] },
  { said: "empty", of: ["battery"], trouble: lowBattery, only: ["text"] },
  { said: "weak", of: ["battery"], trouble: lowBattery, only: ["text", "value"] },
  {
    said: "bad",
    of: ["battery", "part", "wire", "store"],
    trouble: error("a part of it is broken"),
  },
  { said: "full", of: ["waste"], trouble: FULL },
  { said: "emptyIt", of: ["waste"], trouble: FULL },
  { said: "full", of: ["store"], trouble: error("no space is left") },
  { said: "tripped", of: ["protection"], trouble: error("a protection tripped") },
  {
    said: "blocked",
    of: ["part", "waste", "supply", "door"],
    trouble: error("something is in the way"),
  },
  { said: "blocked", of: ["care"], trouble: error("something is in the way"), only: ["flag"] },
  { said: "dirty", of: ["part"], trouble: CARE },
  {
    said: "wrong",
    of: ["part", "fitted", "measure", "wire"],
    trouble: warning("something is not as it must be"),
    only: ["text"],
  },
  { said: "replace", of: ["part", "waste"], trouble: CARE },
  { said: "needed", of: ["care", "fill", "replace"], trouble: CARE },
  { said: "expired", of: ["paper", "care"], trouble: CARE },
  { said: "missing", of: ["fitted"], trouble: warning("a part of it is missing") },
  {
    said: "missing",
    of: ["cabled"],
    trouble: error("its wire or its coil is broken"),
    only: ["flag"],
  },
  { said: "missing", of: ["tampered"], trouble: error("somebody took it off"), only: ["value"] },
  { said: "lacking", of: ["mustBe"], trouble: warning("a part of it is missing") },
  { said: "missing", of: ["conductor"], trouble: error("something is lost") },
  { said: "missingSensor", of: ["dock"], trouble: warning("it does not find its base") },
  { said: "exceeded", of: ["measure"], trouble: warning("out of what is allowed") },
  { said: "paused", of: ["door", "fitted"], trouble: warning("it waits for a part of it") },
  {
    said: "missing",
    of: ["apparatus"],
    trouble: error("it does not answer"),
    only: ["text", "value"],
  },
  { said: "unlocked", of: ["lockedLoop"], trouble: error("something is lost") },
  { said: "lost", of: ["link", "mains", "wished"], trouble: error("something is lost") },
  { said: "lacking", of: ["wished", "mains", "link"], trouble: error("something is lost") },
  { said: "lacking", of: ["flowing"], trouble: error("something is lost"), only: ["flag"] },
  { said: "lost", of: ["flowing"], trouble: error("something is lost") },
  { said: "open", of: ["wire"], trouble: error("a sensor or its cable is broken") },
  { said: "shorted", of: ["zoneLike", "cabled"], trouble: error("its wire or its coil is broken") },
  {
    said: "short",
    of: ["wire", "zoneLike", "cabled"],
    trouble: error("a sensor or its cable is broken"),
  },
  { said: "stuck", of: ["contact"], trouble: error("a contact does not open") },
  { said: "reversed", of: ["wished", "link"], trouble: error("something is turned round") },
  { said: "down", of: ["wayOut"], trouble: warning("its way out is gone") },
  {
    said: "down",
    of: ["reached"],
    trouble: error("it does not answer"),
    only: ["text", "value"],
  },
  {
    said: "erring",
    of: ["part", "store", "wire", "link", "mains", "protection"],
    trouble: error("a part of it is broken"),
    only: ["text", "value"],
  },
  {
    said: "outside",
    of: ["measure", "wire", "link", "mains"],
    trouble: warning("out of what is allowed"),
  },
  { said: "unregistered", of: ["registration"], trouble: warning("no network takes it") },
  { said: "simLocked", of: ["sim"], trouble: warning("its SIM card cannot be used") },
  { said: "unready", of: ["readiness"], trouble: warning("a state that nobody wants") },
  { said: "late", of: ["link"], trouble: error("it does not answer"), only: ["value"] },
  {
    said: "missingSensor",
    of: ["chip"],
    trouble: error("a sensor or its cable is broken"),
    only: ["value"],
  },
  { said: "tampered", of: ["zoneLike"], trouble: error("somebody opened it") },
  { said: "ajar", of: ["door"], trouble: warning("a door stands open") },
  { said: "opened", of: ["hatch"], trouble: OPENED, only: ["flag", "text"] },
  { said: "opened", of: ["cover"], trouble: OPENED, only: ["text"] },
];
