/** The machines the program is compiled for. */

/** One machine. */
export interface Target {
  /** As in the file's name, e.g. `linux-x64`. */
  readonly name: string;
  /** As the compiler calls it. */
  readonly triple: string;
  /** As container images call it; only where there is an image. */
  readonly architecture?: "amd64" | "arm64";
}

/** Every target of a release. */
export const targets: readonly Target[] = [
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", architecture: "amd64" },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", architecture: "arm64" },
  { name: "macos-x64", triple: "x86_64-apple-darwin" },
  { name: "macos-arm64", triple: "aarch64-apple-darwin" },
  { name: "windows-x64", triple: "x86_64-pc-windows-msvc" },
];

/** The target of the machine this runs on. Throws when there is no release for it. */
export function hostTarget(triple: string = Deno.build.target): Target {
  return findTarget((target) => target.triple === triple, triple);
}

/** The target of that name. Throws with the names there are. */
export function targetNamed(name: string): Target {
  return findTarget((target) => target.name === name, name);
}

/** The file name of a target's program. */
export function fileNameOf(target: Target): string {
  return `mqtt-mcp-${target.name}${target.name.startsWith("windows") ? ".exe" : ""}`;
}

function findTarget(fits: (target: Target) => boolean, wanted: string): Target {
  const found = targets.find(fits);
  if (found) return found;
  const names = targets.map(({ name }) => name).join(", ");
  throw new Error(`Cannot compile for "${wanted}": the targets are ${names}`);
}
