/**
 * Regular expressions of strangers and models, matched in time that grows with the length of the text times that of the
 * pattern, never faster: all ways through the pattern are followed at once, character by character (Thompson's
 * construction), and every step is counted. The engine of the language goes back and tries again instead, which takes
 * 2^n steps for `^(a+)+$`, and nothing ends it.
 */
import type { StepBudget } from "./step_budget.ts";

/** What a pattern may have as instructions, with its counted repetitions written out. */
const MAX_PROGRAM = 5_000;
const MAX_CHARS = 2_000;
const MAX_GROUPS_DEEP = 100;

/** Thrown for a pattern that cannot be used, with the reason in words. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

type Assertion = "start" | "end" | "boundary" | "inside";

type Node =
  | { readonly kind: "char"; readonly accepts: CharacterTest }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly min: number; readonly max: number };

type CharacterTest = (codePoint: number) => boolean;

type Instruction =
  | { readonly op: "char"; readonly accepts: CharacterTest }
  | { readonly op: "assert"; readonly assertion: Assertion }
  | { readonly op: "fork"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "match" };

/**
 * A pattern of JSON Schema: ECMA-262 with the flag `u`, found anywhere in the text. Lookaround and back-references have
 * no linear engine, and are refused.
 */
export class LinearPattern {
  readonly #program: Instruction[] = [];
  #emitted = 0;

  /** @throws {PatternError} for what is no pattern */
  constructor(pattern: string) {
    if (pattern.length > MAX_CHARS) {
      throw new PatternError(`it has more than ${MAX_CHARS} characters`);
    }
    try {
      new RegExp(pattern, "u");
    } catch {
      throw new PatternError("it is no regular expression");
    }
    this.#emit(new Parser(pattern).parse());
    this.#program.push({ op: "match" });
  }

  /**
   * Whether the pattern is found in the text.
   * @throws {StepsUsedUp} once it took more steps than it may
   */
  test(text: string, budget: StepBudget): boolean {
    const program = this.#program;
    let current: number[] = [];
    let next: number[] = [];
    const seenAt = new Int32Array(program.length).fill(-1);
    const stack: number[] = [];
    let before = -1;
    for (let at = 0;;) {
      const here = at < text.length ? text.codePointAt(at)! : -1;
      // what was reached by the last character is in `current`; a match may begin here too
      stack.push(0);
      for (let i = current.length - 1; i >= 0; i--) stack.push(current[i]);
      next.length = 0;
      let steps = 1;
      while (stack.length > 0) {
        const index = stack.pop()!;
        steps++;
        if (seenAt[index] === at) continue;
        seenAt[index] = at;
        const instruction = program[index];
        switch (instruction.op) {
          case "match":
            budget.spend(steps);
            return true;
          case "jump":
            stack.push(instruction.to);
            break;
          case "fork":
            stack.push(instruction.second, instruction.first);
            break;
          case "assert":
            if (holds(instruction.assertion, before, here)) stack.push(index + 1);
            break;
          case "char":
            if (here >= 0 && instruction.accepts(here)) next.push(index + 1);
        }
      }
      budget.spend(steps);
      if (here < 0) return false;
      before = here;
      at += here > 0xffff ? 2 : 1;
      [current, next] = [next, current];
    }
  }

  #emit(node: Node): void {
    // an empty repeated body emits nothing, but takes its time all the same
    if (++this.#emitted > MAX_PROGRAM) {
      throw new PatternError(
        `with its repetitions written out it has more than ${MAX_PROGRAM} parts`,
      );
    }
    const program = this.#program;
    switch (node.kind) {
      case "char":
        program.push({ op: "char", accepts: node.accepts });
        break;
      case "assertion":
        program.push({ op: "assert", assertion: node.assertion });
        break;
      case "sequence":
        for (const part of node.parts) this.#emit(part);
        break;
      case "choice":
        this.#emitChoice(node.options);
        break;
      case "repeat":
        this.#emitRepeat(node);
    }
  }

  #emitChoice(options: readonly Node[]): void {
    const program = this.#program;
    const jumps: { to: number }[] = [];
    options.forEach((option, i) => {
      if (i === options.length - 1) return this.#emit(option);
      const fork = { op: "fork" as const, first: program.length + 1, second: 0 };
      program.push(fork);
      this.#emit(option);
      const jump = { op: "jump" as const, to: 0 };
      program.push(jump);
      jumps.push(jump);
      fork.second = program.length;
    });
    for (const jump of jumps) jump.to = program.length;
  }

  #emitRepeat({ body, min, max }: Node & { kind: "repeat" }): void {
    const program = this.#program;
    for (let i = 0; i < min; i++) this.#emit(body);
    if (max === Infinity) {
      const fork = { op: "fork" as const, first: program.length + 1, second: 0 };
      const start = program.length;
      program.push(fork);
      this.#emit(body);
      program.push({ op: "jump", to: start });
      fork.second = program.length;
      return;
    }
    const forks: { second: number }[] = [];
    for (let i = min; i < max; i++) {
      const fork = { op: "fork" as const, first: program.length + 1, second: 0 };
      program.push(fork);
      forks.push(fork);
      this.#emit(body);
    }
    for (const fork of forks) fork.second = program.length;
  }
}

function holds(assertion: Assertion, before: number, here: number): boolean {
  switch (assertion) {
    case "start":
      return before < 0;
    case "end":
      return here < 0;
    case "boundary":
      return isWord(before) !== isWord(here);
    case "inside":
      return isWord(before) === isWord(here);
  }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 ||
    (code >= 97 && code <= 122);
}

/** Reads a pattern that the language itself has accepted with the flag `u`. */
class Parser {
  #at = 0;
  #depth = 0;

  constructor(readonly pattern: string) {}

  parse(): Node {
    const options = [this.#sequence()];
    while (this.pattern[this.#at] === "|") {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0] : { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.pattern.length && !"|)".includes(this.pattern[this.#at])) {
      parts.push(this.#quantified(this.#term()));
    }
    return { kind: "sequence", parts };
  }

  #term(): Node {
    const start = this.#at;
    const char = this.pattern[this.#at++];
    switch (char) {
      case "^":
        return { kind: "assertion", assertion: "start" };
      case "$":
        return { kind: "assertion", assertion: "end" };
      case "(":
        return this.#group();
      case ".":
        return { kind: "char", accepts: characterTest(".") };
      case "[":
        while (this.pattern[this.#at] !== "]") this.#at += this.pattern[this.#at] === "\\" ? 2 : 1;
        this.#at++;
        return { kind: "char", accepts: characterTest(this.pattern.slice(start, this.#at)) };
      case "\\":
        return this.#escape(start);
      default: {
        const wanted = this.pattern.codePointAt(start)!;
        if (wanted > 0xffff) this.#at++;
        return { kind: "char", accepts: (code) => code === wanted };
      }
    }
  }

  #group(): Node {
    if (this.pattern[this.#at] === "?") {
      const named = /^\?<[^=!>][^>]*>/.exec(this.pattern.slice(this.#at, this.#at + 200));
      if (named !== null) this.#at += named[0].length;
      else if (this.pattern[this.#at + 1] === ":") this.#at += 2;
      else if (/^\?(?:[=!]|<[=!])/.test(this.pattern.slice(this.#at, this.#at + 3))) {
        throw new PatternError("it looks ahead or behind, which cannot be matched in bounded time");
      } else throw new PatternError("it holds a group of a kind that is not known");
    }
    if (++this.#depth > MAX_GROUPS_DEEP) {
      throw new PatternError(`its groups nest deeper than ${MAX_GROUPS_DEEP}`);
    }
    const inner = this.parse();
    this.#depth--;
    this.#at++;
    return inner;
  }

  #escape(start: number): Node {
    const char = this.pattern[this.#at++];
    if (char === "b") return { kind: "assertion", assertion: "boundary" };
    if (char === "B") return { kind: "assertion", assertion: "inside" };
    if (char === "k" || (char >= "1" && char <= "9")) {
      throw new PatternError("it refers back to a group, which cannot be matched in bounded time");
    }
    const rest = this.pattern.slice(this.#at, this.#at + 200);
    // a pair of surrogate escapes is one character (ECMA-262 §22.2.1, flag u)
    const tail = char === "x"
      ? /^[0-9a-f]{2}/i.exec(rest)
      : char === "c"
      ? /^[a-z]/i.exec(rest)
      : char === "p" || char === "P"
      ? /^\{[^}]*\}/.exec(rest)
      : char === "u"
      ? /^(?:\{[0-9a-f]+\}|d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|[0-9a-f]{4})/i.exec(rest)
      : null;
    this.#at += tail?.[0].length ?? 0;
    return { kind: "char", accepts: characterTest(this.pattern.slice(start, this.#at)) };
  }

  #quantified(body: Node): Node {
    const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(
      this.pattern.slice(this.#at, this.#at + 100),
    );
    if (match === null) return body;
    this.#at += match[0].length;
    const [text, min, comma, max] = match;
    if (text[0] === "*") return { kind: "repeat", body, min: 0, max: Infinity };
    if (text[0] === "+") return { kind: "repeat", body, min: 1, max: Infinity };
    if (text[0] === "?") return { kind: "repeat", body, min: 0, max: 1 };
    const least = Number(min);
    const most = comma === undefined ? least : max === "" ? Infinity : Number(max);
    return { kind: "repeat", body, min: least, max: most };
  }
}

/** Whether one character is of a class: the language's own engine tells, on a text of one character. */
function characterTest(source: string): CharacterTest {
  const expression = new RegExp(`^${source}$`, "u");
  const ascii = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    ascii[code] = expression.test(String.fromCharCode(code)) ? 1 : 0;
  }
  return (code) => code < 128 ? ascii[code] === 1 : expression.test(String.fromCodePoint(code));
}
