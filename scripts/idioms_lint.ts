/** A `deno lint` plugin for what can be written in several ways and is written in one here. */

const plugin: Deno.lint.Plugin = {
  name: "idioms",
  rules: {
    // An index that is known to be there is written bare: `values[i]`, neither `values[i]!` nor `values[i] ?? 0`.
    "bare-index": {
      create: (context) => ({
        TSNonNullExpression(node) {
          const { expression } = node;
          if (expression.type !== "MemberExpression" || !expression.computed) return;
          if (expression.property.type === "Identifier" || expression.property.type === "Literal") {
            context.report({ node, message: "Write an index that is known to be there bare" });
          }
        },
      }),
    },
    // A family says itself what is special about it, in the file of its own.
    "no-family-by-name": {
      create: (context) => ({
        MemberExpression(node) {
          if (node.property.type !== "Identifier" || node.property.name !== "name") return;
          const { object, parent } = node;
          const isFamily = object.type === "Identifier" && object.name === "family" ||
            object.type === "MemberExpression" && object.property.type === "Identifier" &&
              object.property.name === "family";
          const isCompared = parent.type === "BinaryExpression" ||
            parent.type === "CallExpression" && parent.callee.type === "MemberExpression" &&
              parent.callee.property.type === "Identifier" &&
              /^(?:test|match|includes|startsWith)$/.test(parent.callee.property.name);
          if (!isFamily || !isCompared) return;
          const message = "Ask a family for what it says (Family in family.ts), not for its name";
          context.report({ node, message });
        },
      }),
    },
    // `#name`, which is private at run time too. A constructor cannot be written so.
    "hash-private": {
      create: (context) => ({
        MethodDefinition(node) {
          if (node.accessibility !== "private" || node.kind === "constructor") return;
          context.report({ node, message: "Write a private member as #name" });
        },
        PropertyDefinition(node) {
          if (node.accessibility !== "private") return;
          context.report({ node, message: "Write a private member as #name" });
        },
      }),
    },
  },
};
export default plugin;
