import assert from "node:assert/strict";
import { assertTold, type Line, START_MS, times, titlesOf } from "../../support.ts";

const pad = (n: number) => String(n).padStart(2, "0");
const HEARD = 8;

/** The time of day that runs along from some start, as it is at a second. */
function timeAt(s: number, startS: number): string {
  const now = startS + Math.round(s);
  return [now / 3_600 % 24, now / 60 % 60, now % 60].map((one) => pad(Math.floor(one))).join(":");
}

type Make = (date: string, time: string) => readonly { topic: string; payload: unknown }[];

function lines(make: Make, o: { date: string; startS: number; stands?: boolean }): Line[] {
  return times(HEARD, (i) => i * 20 + 1).flatMap((s) =>
    make(o.date, timeAt(o.stands ? 0 : s, o.startS)).map((one, at) => ({ s: s + at / 10, ...one }))
  );
}

const ways: readonly Make[] = [
  (date, time) => [
    { topic: "heating/700/Date", payload: { hda3: { value: date } } },
    { topic: "heating/700/Time", payload: { hto: { value: time } } },
  ],
  (date, time) => [
    { topic: "heating/vdatetime", payload: { time: { value: time }, date: { value: date } } },
  ],
  (date, time) => [
    { topic: "heating/Datum", payload: date },
    { topic: "heating/Uhrzeit", payload: time },
  ],
  (date, time) => [{ topic: "heating/clock", payload: { sysDate: date, sysTime: time, flow: 3 } }],
];

Deno.test("a date that is years away is told where the time beside it goes on, however both are written", () => {
  for (const make of ways) {
    for (const date of ["01.01.2015", "2015-01-01", "01/01/2015", "25/12/2031"]) {
      const told = titlesOf("heating", lines(make, { date, startS: 7_869 }));
      assertTold(told, /clock is .* (?:behind|ahead).*/);
    }
  }
});

Deno.test("today's date is told by no one, in no order of day and month, nor one whose time stands still", () => {
  const noon = 12 * 3_600;
  assert.equal(new Date(START_MS).toISOString().slice(0, 10), "2026-01-02");
  for (const make of ways) {
    for (const date of ["02.01.2026", "2026-01-02", "02/01/2026", "01/02/2026"]) {
      assert.deepEqual(titlesOf("heating", lines(make, { date, startS: noon })), [], date);
    }
  }
  for (const make of ways.slice(0, 3)) {
    const stands = lines(make, { date: "01.01.2015", startS: noon, stands: true });
    assert.deepEqual(titlesOf("heating", stands), []);
  }
});

Deno.test("the date of a holiday, of firmware or of a birthday is no clock", () => {
  const others: readonly Make[] = ["Holiday", "Firmware", "Birthday", "LastService", "Ferien"].map(
    (level) => (date, time) => [
      { topic: `heating/${level}/Date`, payload: date },
      { topic: `heating/${level}/Time`, payload: time },
    ],
  );
  const named: readonly Make[] = ["installDate", "nextDate", "holidayDate"].map(
    (name) => (date, time) => [{ topic: "heating/state", payload: { [name]: date, time } }],
  );
  for (const make of [...others, ...named]) {
    const told = titlesOf("heating", lines(make, { date: "01.01.2015", startS: 12 * 3_600 }));
    assert.ok(!told.some((one) => /clock/.test(one)), told.join("; "));
  }
});
