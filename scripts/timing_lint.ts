/**
 * A `deno lint` plugin that keeps tests green on a busy machine: a test waits for a condition, never for a fixed time, and
 * asserts nothing about how long something took.
 */

/** `performance.now()` or `Date.now()`; tells which. */
function clockOf(node: Deno.lint.Node): "performance" | "Date" | null {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return null;
  const { object, property } = node.callee;
  if (object.type !== "Identifier" || property.type !== "Identifier") return null;
  if (property.name !== "now") return null;
  return object.name === "performance" || object.name === "Date" ? object.name : null;
}

/** A number that stands in the source, or a sum of such: `Date.now() - 3 * 60_000` is a time, not how long it took. */
function isConstant(node: Deno.lint.Node): boolean {
  if (node.type === "Literal") return true;
  if (node.type === "BinaryExpression") return isConstant(node.left) && isConstant(node.right);
  return node.type === "Identifier" && /^[A-Z][A-Z0-9_]*$/.test(node.name);
}

const COMPARISONS = new Set(["<", "<=", ">", ">="]);

/** Whether a function does nothing but let time pass: `(resolve) => setTimeout(resolve, 300)`. */
function isPause(node: Deno.lint.Node | undefined): boolean {
  if (node?.type !== "ArrowFunctionExpression" && node?.type !== "FunctionExpression") return false;
  const [parameter] = node.params;
  if (parameter?.type !== "Identifier") return false;
  let body: Deno.lint.Node | undefined = node.body ?? undefined;
  if (body?.type === "BlockStatement") body = body.body.length === 1 ? body.body[0] : undefined;
  if (body?.type === "ExpressionStatement") body = body.expression;
  if (body?.type === "UnaryExpression") body = body.argument;
  if (body?.type !== "CallExpression" || body.callee.type !== "Identifier") return false;
  const [callback, ms] = body.arguments;
  return body.callee.name === "setTimeout" && callback?.type === "Identifier" &&
    callback.name === parameter.name && !(ms?.type === "Literal" && ms.value === 0);
}

/** Whether the rules hold for a file: for tests, and not for what they wait with. */
function isTest(filename: string): boolean {
  const root = new URL("../tests/", import.meta.url).pathname;
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(root) && !path.startsWith(`${root}support/`);
}

const ELAPSED = "A test asserts no elapsed time: on a busy machine it would fail for nothing";
const ELAPSED_HINT =
  "Await the end with ends() of tests/support/wait.ts, and move the figure to bench/; where it is no claim about time, " +
  "or the bound is the promise itself and far from what a busy machine needs: " +
  "// deno-lint-ignore timing/elapsed -- why";
const PAUSE = "A test waits for a condition, never for a fixed time";
const PAUSE_HINT =
  "Use until() of tests/support/wait.ts; clockPasses() where a span of the program's own clock has to pass";

const plugin: Deno.lint.Plugin = {
  name: "timing",
  rules: {
    "elapsed": {
      create(context) {
        if (!isTest(context.filename)) return {};
        return {
          BinaryExpression(node) {
            const difference = node.operator === "-" && clockOf(node.left) !== null &&
              !isConstant(node.right);
            const deadline = COMPARISONS.has(node.operator) &&
              (clockOf(node.left) === "performance" || clockOf(node.right) === "performance");
            if (difference || deadline) {
              context.report({ node, message: ELAPSED, hint: ELAPSED_HINT });
            }
          },
        };
      },
    },
    "pause": {
      create(context) {
        if (!isTest(context.filename)) return {};
        return {
          NewExpression(node) {
            if (node.callee.type !== "Identifier" || node.callee.name !== "Promise") return;
            if (isPause(node.arguments[0])) {
              context.report({ node, message: PAUSE, hint: PAUSE_HINT });
            }
          },
          CallExpression(node) {
            if (node.callee.type !== "MemberExpression") return;
            const { property } = node.callee;
            if (property.type === "Identifier" && property.name === "waitForTimeout") {
              context.report({ node, message: PAUSE, hint: PAUSE_HINT });
            }
          },
        };
      },
    },
  },
};
export default plugin;
