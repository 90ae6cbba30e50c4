import assert from "node:assert/strict";
import { FreedMemory } from "../../src/memory/give_back.ts";

const MEBIBYTE = 1024 * 1024;

/** What is decided of readings one after the other, in MiB that neither the heap nor buffers account for. */
function decisionsOf(...kept: number[]): boolean[] {
  const freed = new FreedMemory();
  return kept.map((mb, at) => {
    const heapTotal = (40 + at) * MEBIBYTE;
    const external = 3 * at * MEBIBYTE;
    return freed.note({ rss: mb * MEBIBYTE + heapTotal + external, heapTotal, external });
  });
}

Deno.test("what was freed is given back once it is much, and stays", () => {
  assert.deepEqual(decisionsOf(60, 62, 200, 204, 80, 81), [
    false,
    false,
    false,
    true,
    false,
    false,
  ]);
  assert.ok(!decisionsOf(60, 80, 100, 107, 60, 100).includes(true), "too little");
  assert.ok(!decisionsOf(60, 120, 180, 240, 300).includes(true), "still being worked with");
});

Deno.test("where nothing can be given back it is not tried again and again", () => {
  const flat = decisionsOf(60, ...Array(50).fill(300));
  assert.equal(flat.filter(Boolean).length, 1);
  const again = decisionsOf(60, 300, 300, 300, 400, 401, 401);
  assert.deepEqual(again, [false, false, true, false, false, true, false]);
});

Deno.test({
  name:
    "a process gives memory back that it freed, where it was started so, and stays alive where not",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const module = JSON.stringify(new URL("../../src/memory/give_back.ts", import.meta.url).href);
    const code = `
      import { giveFreedMemoryBack } from ${module};
      for (const name of ["read", "write", "sys", "run", "ffi"]) await Deno.permissions.revoke({ name });
      const rss = () => Deno.memoryUsage().rss / 2 ** 20;
      giveFreedMemoryBack(50);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = rss();
      let buffers = Array.from({ length: 4_000 }, () => new Uint8Array(60_000).fill(1));
      const full = rss();
      // the last ones lie above all that is freed
      buffers = buffers.slice(-2);
      const trims = Deno.args[0] === "trims";
      for (let looks = 0; looks < (trims ? 1_200 : 40); looks++) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (trims && rss() < before + 50) break;
      }
      console.log(JSON.stringify({ before, full, after: rss(), left: buffers.length }));
      Deno.exit();
    `;
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(file, code);
    const run = async (how: string, env: Record<string, string>) => {
      const args = ["run", "--quiet", "--no-prompt", "--no-check", "--no-config"];
      const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, "--v8-flags=--expose-gc", "--allow-read", file, how],
        env,
      }).output();
      assert.equal(exit, 0, new TextDecoder().decode(stderr));
      return JSON.parse(new TextDecoder().decode(stdout));
    };
    const trimmed = await run("trims", { DENO_USR2_MEMORY_TRIM: "1" });
    assert.ok(trimmed.full > trimmed.before + 200, JSON.stringify(trimmed));
    assert.ok(trimmed.after < trimmed.before + 50, JSON.stringify(trimmed));
    const kept = await run("stays", {});
    assert.equal(kept.left, 2);
    await Deno.remove(file);
  },
});
