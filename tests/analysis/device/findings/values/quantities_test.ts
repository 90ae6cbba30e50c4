import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (name: string, value: number) =>
  titlesOf(
    "roof/weather",
    series("roof/weather", times(9, (i) => ({ [name]: value, temp: 11.2 + i % 4 / 10 })), 5),
  );

Deno.test("rain and wind that are less than nothing, or a billion, are told in all their names", () => {
  for (
    const name of [
      ...["rain_day", "rain_hr", "dailyrainin", "rainfall_24h", "rain_rate", "rainRateMmH"],
      ...["Regenmenge", "precipitation", "pluie", "wind_gust", "windSpeedKmh"],
    ]
  ) assertTold(told(name, -33_619.25), /cannot be/);
  assertTold(told("rain_1h", 1_234_567_890), /cannot be/);
});

Deno.test("rain that is not measured, what it lacks to the usual, a delay of it and a regeneration may be less than nothing", () => {
  for (const name of ["rain_deficit", "rain_balance", "rain_delay", "regeneration", "wind_chill"]) {
    assert.deepEqual(told(name, -12.5), [], name);
  }
  assert.deepEqual(told("rain_day", -1), []);
  assert.deepEqual(told("rain_day", 0), []);
});
