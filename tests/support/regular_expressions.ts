/** Finds the regular expressions of source files, and the texts on which one takes longest. */

/** A regular expression of a source file. */
export interface FoundExpression {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** The literals of a file, and the code of each expression that is put together while the program runs. */
export function expressionsIn(
  file: string,
  code: string,
): { literals: FoundExpression[]; built: string[] } {
  const literals: FoundExpression[] = [];
  const built: string[] = [];
  const note = (node: { callee: Deno.lint.Expression; range: Deno.lint.Range }) => {
    if (node.callee.type !== "Identifier" || node.callee.name !== "RegExp") return;
    built.push(code.slice(...node.range));
  };
  const plugin: Deno.lint.Plugin = {
    name: "expressions",
    rules: {
      all: {
        create: () => ({
          Literal(node) {
            const { value } = node as { value: unknown };
            if (!(value instanceof RegExp)) return;
            literals.push({ file, source: value.source, flags: value.flags });
          },
          NewExpression: note,
          CallExpression: note,
        }),
      },
    },
  };
  Deno.lint.runPlugin(plugin, file, code);
  return { literals, built };
}

/** The expressions that a module makes with `new RegExp` while it is loaded. */
export async function expressionsBuiltBy(module: URL, file: string): Promise<FoundExpression[]> {
  const found: FoundExpression[] = [];
  const own = globalThis.RegExp;
  globalThis.RegExp = new Proxy(own, {
    construct(target, args) {
      const made: RegExp = Reflect.construct(target, args);
      found.push({ file, source: made.source, flags: made.flags });
      return made;
    },
  });
  try {
    await import(`${module.href}?again=${crypto.randomUUID()}`);
  } finally {
    globalThis.RegExp = own;
  }
  return found;
}

const TOKEN =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|k<\w+>|[^])|\[(?:\\[^]|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+(?:,\d*)?\}|[(){}|^$*+?]|[^]/gu;
const STRUCTURE = /^(?:\(|\)|[|^$*+?{}]|\\[bB]|\\[1-9]|\\k)/;
const SAMPLES = [..."aA0 -_.:/@,;=%'\"<>()[]{}#!&+*~zZ9\t\néα漢\u0301\u200b\u0000"];

/** Whether an expression repeats anything: `*`, `+` or a count. */
export function repeats({ source }: { source: string }): boolean {
  return [...source.matchAll(TOKEN)].some(([token]) => /^(?:[*+]|\{\d+(?:,\d*)?\})$/.test(token));
}

/** What takes an expression's quantified parts far and then fails: prefix, repeated part, end. */
export interface Attack {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
}

/** The text of an attack, of about this length. */
export function textOf(attack: Attack, length: number): string {
  const { prefix, pump, suffix } = attack;
  return prefix + pump.repeat(Math.max(1, Math.floor(length / pump.length))) + suffix;
}

/** Texts made of what the parts of an expression match, each part repeated behind what leads to it. */
export function attacksOn({ source, flags }: { source: string; flags: string }): Attack[] {
  const plain = flags.replace(/[gym]/g, "");
  const parts: string[][] = [];
  for (const [token] of source.matchAll(TOKEN)) {
    if (STRUCTURE.test(token) || /^\(\?|^\{\d/.test(token)) continue;
    let one: RegExp;
    try {
      one = new RegExp(`^(?:${token})$`, plain);
    } catch {
      continue;
    }
    const literal = token.length === 1 ? [token] : [];
    const matching = [...literal, ...SAMPLES].filter((char) => one.test(char));
    if (matching.length > 0) parts.push([...new Set(matching)].slice(0, 3));
  }
  const pumps = new Set<string>();
  for (const part of parts) for (const char of part) pumps.add(char);
  parts.forEach((part, i) => {
    for (let length = 2; length <= 6; length++) {
      const more = parts.slice(i, i + length);
      if (more.length === length) pumps.add(more.map((other) => other[0]).join(""));
    }
    const next = parts[i + 1];
    if (next !== undefined) pumps.add(part.at(-1)! + next.at(-1)!);
  });
  const prefixes = new Set([""]);
  for (let i = 1; i <= parts.length && prefixes.size < 40; i++) {
    prefixes.add(parts.slice(0, i).map((part) => part[0]).join(""));
  }
  const attacks: Attack[] = [];
  for (const prefix of prefixes) {
    for (const pump of [...pumps].slice(0, 60)) {
      for (const suffix of ["\u0000", `${pump}\u0000\n!`]) attacks.push({ prefix, pump, suffix });
    }
  }
  return attacks;
}

/** Applies an expression as the program does: once, or to every place of the text. */
export function apply(expression: RegExp, text: string): void {
  if (expression.global) text.replace(expression, "");
  else {
    expression.lastIndex = 0;
    expression.test(text);
  }
}
