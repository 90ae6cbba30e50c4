/** Writes `dist/server.json`: the MCP registry's entry with the release's desktop bundles and their hashes. */
import { join } from "node:path";
import entry from "../../server.json" with { type: "json" };

const RELEASES = `${entry.repository.url}/releases/download/v${entry.version}`;

/** The registry's entry for one desktop bundle. */
export function bundlePackage(file: string, sha256: string) {
  return {
    registryType: "mcpb",
    identifier: `${RELEASES}/${file}`,
    fileSha256: sha256,
    transport: { type: "stdio" },
  };
}

async function main(): Promise<void> {
  const packages: unknown[] = [...entry.packages];
  const files = [...Deno.readDirSync("dist")].map(({ name }) => name);
  for (const file of files.filter((name) => name.endsWith(".mcpb")).sort()) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(join("dist", file)));
    packages.push(bundlePackage(file, new Uint8Array(digest).toHex()));
  }
  await Deno.writeTextFile(
    "dist/server.json",
    `${JSON.stringify({ ...entry, packages }, null, 2)}\n`,
  );
}

if (import.meta.main) await main();
