import assert from "node:assert/strict";
import { FAULTS } from "../../scripts/mutations.ts";
import { repository } from "../../scripts/docs.ts";

Deno.test("each fault made by hand still has its one place in the code, and its tests", () => {
  for (const { what, file, from, to, tests } of FAULTS) {
    const places = (repository.read(file) ?? "").split(from).length - 1;
    assert.equal(
      places,
      1,
      `scripts/mutations.ts: "${what}" has ${places} places in ${file}: ${from}`,
    );
    assert.notEqual(from, to, what);
    const place = new URL(`../../${tests}`, import.meta.url);
    assert.doesNotThrow(() => Deno.statSync(place), `scripts/mutations.ts: ${tests} is gone`);
  }
});
