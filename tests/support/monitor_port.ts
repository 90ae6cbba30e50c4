/** Where a monitor listens that was told to take any port: one that was looked for before may be taken by then. */

/** The port that a process says on stderr its monitor listens on, undefined until it does. */
export function monitorPort(stderr: string): number | undefined {
  const port = /The monitor listens on http:\/\/[^\s]*:(\d+)/.exec(stderr)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Waits until the process says where its monitor listens. */
export async function awaitMonitorPort(
  program: { readonly stderr: string; until(condition: () => boolean): Promise<void> },
): Promise<number> {
  let port: number | undefined;
  await program.until(() => (port = monitorPort(program.stderr)) !== undefined);
  return port!;
}
