/**
 * Whether a diagnosis depends on the form in which a device says the same: each case without a family of its own is played
 * again with its keys, values and topics written otherwise, or heard in part. `deno task bench forms [--form=REGEX] [--cases=FOLDER …] [--only=REGEX] [--all]`
 */
import { type Case, readCases } from "../tests/cases/case.ts";
import { FORMS } from "../tests/cases/forms.ts";
import { judge, type Verdict } from "../tests/cases/runner.ts";

function values(name: string): string[] {
  const start = `--${name}=`;
  return Deno.args.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
}

const only = new RegExp(values("only")[0] ?? "", "i");
const forms = new RegExp(values("form")[0] ?? "", "i");
const percent = (part: number, whole: number) =>
  whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} % (${part}/${whole})`;

/** The codes of what is said above `info`. */
const codesOf = ({ diagnosis }: Verdict) =>
  new Set<string>(
    diagnosis.findings.filter(({ severity }) => severity !== "info").map(({ code }) => code),
  );

/** What is said of the one and not of the other, in words. */
function differences(was: Verdict, is: Verdict): string[] {
  const [before, now] = [codesOf(was), codesOf(is)];
  return [
    ...before.difference(now).values().map((code) => `${was.by}: lost ${code}`),
    ...is.diagnosis.findings.filter(({ severity, code }) =>
      severity !== "info" && !before.has(code)
    )
      .map(({ code, title }) => `${is.by}: new ${code}: ${title.slice(0, 100)}`),
  ];
}

const played: { one: Case; verdicts: readonly Verdict[] }[] = [];
for (const folder of [new URL("../tests/cases/", import.meta.url), ...values("cases")]) {
  for (const one of await readCases(folder)) {
    if (!only.test(one.name)) continue;
    const { verdicts } = judge(one);
    const isGeneric = verdicts.every(({ diagnosis }) => diagnosis.convention === "generic");
    if (verdicts.length > 0 && isGeneric) played.push({ one, verdicts });
  }
}

for (const [name, form] of Object.entries(FORMS)) {
  if (!forms.test(name)) continue;
  const total = { healthy: 0, blamed: 0, faulty: 0, found: 0, named: 0, known: 0 };
  for (const { one, verdicts } of played) {
    const changed = form(one);
    if (changed === null) continue;
    const lines: string[] = [];
    for (const [at, is] of judge(changed).verdicts.entries()) {
      const was = verdicts[at];
      if (was.found) total.known++;
      if (was.found && is.found) total.named++;
      if (one.expect.blamed === false) {
        total.healthy++;
        if (is.blamed) total.blamed++;
      } else if (was.found && was.missed === 0) {
        total.faulty++;
        if (is.found && codesOf(was).isSubsetOf(codesOf(is))) total.found++;
      }
      lines.push(...was.found && !is.found ? [`${is.by}: not found`] : differences(was, is));
    }
    if (lines.length > 0 && Deno.args.includes("--all")) {
      console.log(
        `${one.expect.blamed === false ? "healthy" : "faulty "} ${one.name}\n      ${
          lines.join("\n      ")
        }`,
      );
    }
  }
  console.log(
    `${name.padEnd(22)} healthy blamed ${percent(total.blamed, total.healthy)}  ` +
      `same findings ${percent(total.found, total.faulty)}  found ${
        percent(total.named, total.known)
      }`,
  );
}
