/** Checks that every file that names the version names the same: `version.ts [VERSION]`. */
import manifest from "../../deno.json" with { type: "json" };

const MENTIONS: Readonly<Record<string, RegExp>> = {
  "server.json": /"version": "([^"]+)"|mqtt-mcp:([\d.]+)"/g,
  "bitsperity-mqtt-mcp/umbrel-app.yml": /^version: "([^"]+)"|mqtt-mcp\/v([\d.]+)\//gm,
  "bitsperity-mqtt-mcp/docker-compose.yml": /image: \S+:([^\s@]+)/g,
  "homeassistant/config.yaml": /^version: "([^"]+)"/gm,
  "gemini-extension.json": /"version": "([^"]+)"|mqtt-mcp@([\d.]+)"/g,
  "plugins/mqtt/.claude-plugin/plugin.json": /"version": "([^"]+)"/g,
  "plugins/mqtt/.mcp.json": /mqtt-mcp@([\d.]+)"/g,
  "docker-compose.yml": /mqtt-mcp:([\d.]+)\}/g,
};

/** What stands where with another version than deno.json's, as sentences; empty when all agree. */
export async function versionDifferences(root: string, wanted?: string): Promise<string[]> {
  const { version } = manifest;
  const found: string[] = [];
  if (wanted !== undefined && wanted !== version) {
    found.push(`deno.json has version ${version}, the release is ${wanted}`);
  }
  for (const [file, pattern] of Object.entries(MENTIONS)) {
    const mentions = [...(await Deno.readTextFile(`${root}/${file}`)).matchAll(pattern)];
    if (mentions.length === 0) found.push(`${file} names no version`);
    for (const mention of mentions) {
      const named = mention.slice(1).find((group) => group !== undefined);
      if (named !== version) found.push(`${file} names version ${named}, deno.json ${version}`);
    }
  }
  return found;
}

if (import.meta.main) {
  const differences = await versionDifferences(".", Deno.args[0]);
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) Deno.exit(1);
}
