/**
 * Lays out the app's folder for umbrelOS as it stands in this repository, which is a community app store:
 * `umbrel.ts sha256:DIGEST [IMAGE]` writes `dist/umbrel/bitsperity-mqtt-mcp/`, with the image pinned to that digest.
 */
import { join } from "node:path";

/** The app's id; it begins with the store's. */
export const APP_ID = "bitsperity-mqtt-mcp";

/** The compose file with its image pinned to a digest, and another repository where one is given. */
export function pinImage(compose: string, pin: { digest: string; repository?: string }): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(pin.digest)) {
    throw new Error(
      "Cannot pin the image: a digest like sha256: and 64 hexadecimal digits is needed",
    );
  }
  return compose.replace(
    /^( +image: )(\S+):([^\s:@]+)$/m,
    (_, start, repository, tag) => `${start}${pin.repository ?? repository}:${tag}@${pin.digest}`,
  );
}

async function layOut(digest: string, repository: string | undefined): Promise<string> {
  const folder = join("dist", "umbrel", APP_ID);
  await Deno.mkdir(folder, { recursive: true });
  const compose = await Deno.readTextFile(`${APP_ID}/docker-compose.yml`);
  const pinned = pinImage(compose, { digest, ...(repository ? { repository } : {}) });
  await Deno.writeTextFile(join(folder, "docker-compose.yml"), pinned);
  await Deno.copyFile(`${APP_ID}/umbrel-app.yml`, join(folder, "umbrel-app.yml"));
  // umbrelOS makes missing folders as root, which the app's user could not write to.
  for (const name of ["history", "logs", "config"]) {
    await Deno.mkdir(join(folder, "data", name), { recursive: true });
    await Deno.writeTextFile(join(folder, "data", name, ".gitkeep"), "");
  }
  return folder;
}

if (import.meta.main) console.log(await layOut(Deno.args[0] ?? "", Deno.args[1]));
