import assert from "node:assert/strict";
import { CredentialVault } from "../../src/mqtt/credentials.ts";

Deno.test("sealed credentials come back as they were, absent parts absent", async () => {
  const vault = await CredentialVault.create();
  for (
    const credentials of [{ username: "ü:", password: "\u0001😀" }, { username: "" }, {}, {
      password: "",
    }]
  ) {
    assert.deepEqual(await vault.open(await vault.seal(credentials)), credentials);
  }
});

Deno.test("sealed credentials show nothing of what they hold, and never look the same twice", async () => {
  const vault = await CredentialVault.create();
  const first = await vault.seal({ username: "anna", password: "open sesame" });
  const second = await vault.seal({ username: "anna", password: "open sesame" });
  assert.notDeepEqual(first.iv, second.iv);
  assert.notDeepEqual(first.data, second.data);
  for (const shown of [Deno.inspect(first), Deno.inspect(vault), JSON.stringify([first, vault])]) {
    assert.doesNotMatch(shown, /sesame|anna/);
  }
  assert.doesNotMatch(new TextDecoder().decode(first.data), /sesame|anna/);
});

Deno.test("credentials open in the vault that sealed them and only unchanged", async () => {
  const vault = await CredentialVault.create();
  const sealed = await vault.seal({ password: "open sesame" });
  await assert.rejects((await CredentialVault.create()).open(sealed));
  const changed = sealed.data.slice();
  changed[0] ^= 1;
  await assert.rejects(vault.open({ iv: sealed.iv, data: changed }));
});
