/**
 * The rights that are compiled into the program. Whatever is not listed here it never has, and what it
 * has besides the network it gives up once it has opened what its settings name; docs/permissions.md
 * tells which setting needs what.
 */
import { CONTAINER_LIMIT_FILES } from "../../src/memory/memory_pressure.ts";
import { environmentNames } from "../../src/config/mod.ts";
import { PASSWORD_VARIABLES } from "../../src/session/named_brokers.ts";

/**
 * Who the program is for. `download`: a person's own machine, whose files may lie anywhere. `image`: the
 * container, whose layout is known.
 */
export type Profile = "download" | "image";

/** The profiles by name. */
export const profiles: readonly Profile[] = ["download", "image"];

/** What the image keeps and may write: call history, log, the core's socket. */
export const imageWritable = ["/app/data", "/app/logs", "/run/mqtt-mcp"] as const;

/** What the image may only read: the list of brokers, certificates, secrets of Docker and Compose. */
export const imageReadable = ["/app/config", "/run/secrets"] as const;

/** The compiler's flags for a profile. */
export function permissionFlags(profile: Profile): string[] {
  const readable = [...imageWritable, ...imageReadable, ...CONTAINER_LIMIT_FILES].join(",");
  const files = profile === "image"
    ? [`--allow-read=${readable}`, `--allow-write=${imageWritable.join(",")}`]
    : ["--allow-read", "--allow-write"];
  return [
    "--no-prompt",
    "--allow-net",
    // Other variables look as if they were not set, because libraries look at some when they load.
    "--ignore-env",
    `--allow-env=${[...environmentNames, `${PASSWORD_VARIABLES}*`].join(",")}`,
    // to see that the core's socket belongs to this user, and for the monitor to know the name it is reached by
    "--allow-sys=uid,hostname",
    ...files,
  ];
}
