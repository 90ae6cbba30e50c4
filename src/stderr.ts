/** Lines for whoever started the process, on stderr. One that is gone is passed over. */
import { terminalLine } from "./redact.ts";

/** Writes a text and the end of its line. */
export async function writeLine(text: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`${text}\n`)).catch(() => {});
}

/** Writes a line of the program's own, `mqtt-mcp: …`, without logins and without what a terminal would obey. */
export async function say(text: string): Promise<void> {
  await writeLine(`mqtt-mcp: ${terminalLine(text)}`);
}
