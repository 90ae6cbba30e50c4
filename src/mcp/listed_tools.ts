import type { Tool as ToolDefinition } from "@modelcontextprotocol/server";
import type { AnyTool } from "../tools/tool.ts";

/** A tool as clients see it, and when they do. */
interface ListedTool extends Pick<AnyTool, "access" | "inReadOnlyMode"> {
  readonly definition: ToolDefinition;
}

/**
 * The tools as the program was bundled with them, so that they are listed before anything of theirs is loaded; null in a
 * program from source. `scripts/compile.ts` puts them in before the program begins.
 */
export const bundled: { tools: readonly ListedTool[] | null } = { tools: null };

/** The tools that the settings leave, in their order. */
export function toolsShown<T extends Pick<AnyTool, "access" | "inReadOnlyMode">>(
  tools: readonly T[],
  settings: { readonly readOnly: boolean },
): readonly T[] {
  if (!settings.readOnly) return tools;
  return tools.filter(({ access, inReadOnlyMode }) =>
    access === "read" || access === "session" || inReadOnlyMode === true
  );
}

/** What is listed under these settings, where the program knows it without its tools. */
export function listedTools(
  settings: { readonly readOnly: boolean; readonly toolPrefix: string },
): ToolDefinition[] | null {
  if (bundled.tools === null) return null;
  return toolsShown(bundled.tools, settings).map(({ definition }) => ({
    ...definition,
    name: settings.toolPrefix + definition.name,
  }));
}
