/** What the definitions of all tools cost every reader of the tool list, and the limit that they must stay under. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

/** Of `tools/list`, all definitions together. */
export const BUDGET = { tokens: 6_000, characters: 26_000 } as const;

/** The parts of a tool definition that cost most. */
export interface Definition {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
}

/** What definitions cost. Tokens are those of o200k_base. */
export interface Cost {
  readonly tokens: number;
  readonly characters: number;
}

/** The cost of all definitions together, as `tools/list` sends them. */
export function costOf(definitions: readonly Definition[]): Cost {
  const texts = definitions.map((definition) => JSON.stringify(definition));
  return {
    tokens: texts.reduce((sum, text) => sum + countTokens(text), 0),
    characters: texts.reduce((sum, text) => sum + text.length, 0),
  };
}

/** Says that the definitions cost too much, which are the largest and what to cut; null when they fit. */
export function budgetFault(
  definitions: readonly Definition[],
  limit: Cost = BUDGET,
): string | null {
  const { tokens, characters } = costOf(definitions);
  if (tokens <= limit.tokens && characters <= limit.characters) return null;
  const largest = definitions
    .map((definition) => ({ definition, tokens: countTokens(JSON.stringify(definition)) }))
    .sort((a, b) => b.tokens - a.tokens)
    .slice(0, 3)
    .map(({ definition, tokens }) => `${definition.name} ${tokens} (${partsOf(definition)})`);
  return `The tool definitions take ${tokens} tokens and ${characters} characters; the limit is ` +
    `${limit.tokens} and ${limit.characters}. The largest, in tokens: ${largest.join(", ")}. ` +
    "Cut descriptions that repeat a name, a type, a default or a bound of the schema, and sentences that help " +
    "no model to choose the tool or its arguments.";
}

function partsOf({ description = "", inputSchema, outputSchema = {} }: Definition): string {
  const [texts, input, output] = [description, inputSchema, outputSchema]
    .map((part) => countTokens(typeof part === "string" ? part : JSON.stringify(part)));
  return `description ${texts}, arguments ${input}, result ${output}`;
}
