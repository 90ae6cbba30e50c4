const GIVEN_UP = ["read", "write", "sys", "run", "ffi"] as const;

/**
 * Gives up, for good, every right but the network and the environment: what is open stays open, and
 * nothing else can be opened, whatever a payload or a library brings about.
 */
export async function giveUpRights(): Promise<void> {
  for (const name of GIVEN_UP) await Deno.permissions.revoke({ name });
}
