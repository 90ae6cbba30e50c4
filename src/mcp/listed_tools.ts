import type { Tool as ToolDefinition } from "@modelcontextprotocol/server";
import type { AnyTool } from "../tools/tool.ts";
import type { KnownAnswers } from "./opening_talk.ts";

/** A tool as clients see it, and when they do. */
interface ListedTool extends Pick<AnyTool, "access" | "inReadOnlyMode"> {
  readonly definition: ToolDefinition;
}

/** What a program that was bundled knows of itself. */
export interface Bundled {
  readonly tools: readonly ListedTool[];
  /** Those of `tools/list` without the tools. */
  readonly answers: KnownAnswers;
}

/**
 * What the program was bundled with, so that it is told before anything else is loaded; null in a program from source.
 * `scripts/compile.ts` puts it in before the program begins.
 */
export const bundle: { known: Bundled | null } = { known: null };

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

/** What is answered under these settings, where the program knows it without its tools. */
export function earlyAnswers(
  settings: { readonly readOnly: boolean; readonly toolPrefix: string },
): KnownAnswers | null {
  if (bundle.known === null) return null;
  const { tools: all, answers } = bundle.known;
  const tools = toolsShown(all, settings).map(({ definition }) => ({
    ...definition,
    name: settings.toolPrefix + definition.name,
  }));
  const withTools = (known: KnownAnswers["legacy"]) => ({
    ...known,
    "tools/list": { tools, ...known["tools/list"] },
  });
  return { ...answers, legacy: withTools(answers.legacy), modern: withTools(answers.modern) };
}
