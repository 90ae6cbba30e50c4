import { readCases } from "./tests/cases/case.ts";
import { judge, scoreOf } from "./tests/cases/runner.ts";
const judged = (await readCases(Deno.args[0])).map(judge);
for (const one of judged) if (one.wrong.length) console.log(one.case.name, one.wrong);
for (const [k, v] of Object.entries(scoreOf(judged))) {
  console.log(k, (v.part / v.whole).toFixed(3), v.part, v.whole);
}
