/** The monitor's API in readable form, from its OpenAPI description. */
import { ask } from "./api.js";
import { Head, Problem, useAnswer } from "./parts.js";
import { Properties, SchemaTable } from "./schema_view.js";
import { html, useState } from "./view.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

export function ApiPage() {
  const { answer: description, error, reload } = useAnswer(
    (signal) => ask("api/openapi.json", { signal }),
    [],
  );
  const operations = description === null ? [] : operationsOf(description);
  return html`
    <${Head} title="API" about="For scripts and dashboards: everything these pages show, as JSON.">
      <a class="button" href="api/openapi.json">openapi.json</a>
    <//>
    <${Problem} error=${error} retry=${reload} />
    ${description && html`
      ${description.info?.description &&
        html`<p class="description">${description.info.description}</p>`}
      <div class="operations stack">
        ${operations.map((operation) =>
          html`<${Operation} key=${operation.key} operation=${operation} />`
        )}
      </div>
    `}
    ${!description && !error && html`<p class="quiet">Reading…</p>`}
  `;
}

/** @typedef {Record<string, any>} Description an OpenAPI document, or a part of it */
/** @typedef {ReturnType<typeof operationsOf>[number]} OperationFacts */

/** @param {Description} description */
function operationsOf(description) {
  return Object.entries(description.paths ?? {}).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => {
      const facts = methods[method];
      return {
        key: `${method} ${path}`,
        method,
        path,
        summary: facts.summary ?? "",
        about: facts.description ?? "",
        parameters: [...(methods.parameters ?? []), ...(facts.parameters ?? [])].map((one) => {
          const { name, required, schema = {}, description: about, in: place } = resolve(
            one,
            description,
          );
          return { name, required, schema, about: about ?? schema.description ?? "", place };
        }),
        body: schemaOf(facts.requestBody?.content, description),
        responses: Object.entries(facts.responses ?? {}).map(([status, response]) => ({
          status,
          about: resolve(response, description)?.description ?? "",
          schema: schemaOf(resolve(response, description)?.content, description),
        })),
      };
    })
  );
}

/**
 * The first schema of a content, whatever its media type.
 * @param {Record<string, any> | undefined} content
 * @param {Description} description
 */
function schemaOf(content, description) {
  const media = Object.values(content ?? {})[0];
  return media?.schema ? resolve(media.schema, description) : null;
}

/**
 * Follows references within the description, as deep as somebody reads.
 * @param {any} value
 * @param {Description} description
 * @param {number} [depth]
 * @returns {any}
 */
function resolve(value, description, depth = 0) {
  if (typeof value !== "object" || value === null || depth > 8) return value;
  if (typeof value.$ref === "string" && value.$ref.startsWith("#/")) {
    const target = value.$ref.slice(2).split("/").reduce(
      (/** @type {any} */ at, /** @type {string} */ step) =>
        at?.[step.replaceAll("~1", "/").replaceAll("~0", "~")],
      description,
    );
    return resolve(target, description, depth + 1);
  }
  if (Array.isArray(value)) return value.map((item) => resolve(item, description, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolve(item, description, depth + 1)]),
  );
}

/** @param {{ operation: OperationFacts }} props */
function Operation({ operation }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="card operation" onToggle=${(
      /** @type {import("./view.js").ToggleEvent} */ event,
    ) => setOpen(event.currentTarget.open)}>
      <summary class="row">
        <span class=${`method badge mono ${operation.method}`}>${operation.method
          .toUpperCase()}</span>
        <code class="path">${operation.path}</code>
        <span class="muted">${operation.summary}</span>
      </summary>
      ${open && html`
        ${operation.about && html`<p class="description">${operation.about}</p>`}
        ${operation.parameters.length > 0 && html`
          <h3>Parameters</h3>
          <${SchemaTable} label="Parameters" rows=${operation.parameters} />
        `}
        ${operation.body && html`
          <h3>Body</h3>
          <${Properties} schema=${operation.body} label="Body" />
        `}
        ${operation.responses.map((response) =>
          html`
            <div key=${response.status}>
              <h3>${response.status} <span class="muted">${response.about}</span></h3>
              ${response.schema &&
                html`<${Properties} schema=${response.schema} label=${`Answer ${response.status}`} />`}
            </div>
          `
        )}
      `}
    </details>
  `;
}
