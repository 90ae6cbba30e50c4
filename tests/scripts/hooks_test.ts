/** The git hook that `deno task hooks` switches on. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };

const HOOKS = new URL("../../.githooks", import.meta.url).pathname;

/** A repository with the hooks, and nothing in it but what a test writes. */
async function makeRepository() {
  const folder = await Deno.makeTempDir({ prefix: "hooks-" });
  const path = `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
  const git = async (...args: string[]) => {
    const { code, stderr } = await new Deno.Command("git", {
      args: ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args],
      cwd: folder,
      env: { PATH: path, NO_COLOR: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    }).output();
    return { code, stderr: new TextDecoder().decode(stderr) };
  };
  assert.equal((await git("init", "-q")).code, 0);
  assert.equal((await git("config", "core.hooksPath", HOOKS)).code, 0);
  await Deno.writeTextFile(
    join(folder, "deno.json"),
    `{ "tasks": { "docs": "deno eval 'Deno.exit(Deno.readTextFileSync(\\"a.ts\\").includes(\\"stale\\") ? 1 : 0)' --" } }\n`,
  );
  return {
    async commit(text: string) {
      await Deno.writeTextFile(join(folder, "a.ts"), text);
      await git("add", "a.ts");
      return await git("commit", "-qm", "a");
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("the hook lets through what is in order, and stops what is not formatted, linted or in step", async () => {
  await using repository = await makeRepository();
  for (
    const [text, command] of [
      ["export const a  = 1\n", "fmt"],
      ["export let a: any = 1;\n", "lint"],
      ['export const a = "stale";\n', "task"],
    ]
  ) {
    const stopped = await repository.commit(text);
    assert.equal(stopped.code, 1, stopped.stderr);
    assert.ok(stopped.stderr.includes(`Not committed: deno ${command} found`), stopped.stderr);
  }
  const through = await repository.commit("export const a = 1;\n");
  assert.equal(through.code, 0, through.stderr);
});

Deno.test("deno task hooks switches on the folder of the hooks", () => {
  assert.match(manifest.tasks.hooks.command, /core\.hooksPath \.githooks$/);
});
