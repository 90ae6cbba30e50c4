/** JSON Schemas in words, for people. */
import { visible } from "./format.js";
import { Table } from "./parts.js";
import { html } from "./view.js";

const DEEPEST = 6;

/**
 * The type of a schema in a few words, e.g. `array of text` or `"include" or "skip"`.
 * @param {any} schema
 * @returns {string}
 */
function typeInWords(schema, depth = 0) {
  if (schema === undefined || schema === null || depth > DEEPEST) return "anything";
  if (schema.$ref) return String(schema.$ref).split("/").pop() ?? "anything";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) {
    return schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(" | ");
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    return [...new Set(choices.map((choice) => typeInWords(choice, depth + 1)))].join(" | ");
  }
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return `array of ${typeInWords(schema.items, depth + 1)}`;
  return schema.type ?? (schema.properties ? "object" : "anything");
}

/**
 * Bounds and default, e.g. `1–300, default 30`.
 * @param {any} schema
 */
function boundsInWords(schema) {
  const parts = [];
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const highest = schema.maximum ?? schema.exclusiveMaximum;
  // What only says that it is a number as JavaScript has them says nothing.
  const high = highest >= Number.MAX_SAFE_INTEGER ? undefined : highest;
  if (low !== undefined && high !== undefined) parts.push(`${low} to ${high}`);
  else if (low !== undefined) parts.push(`at least ${low}`);
  else if (high !== undefined) parts.push(`at most ${high}`);
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.maxItems !== undefined) parts.push(`at most ${schema.maxItems} items`);
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  return parts.join(", ");
}

/** The properties of an object schema as a table, nested ones by their paths. @param {{ schema: any, label: string }} props */
export function Properties({ schema, label }) {
  const rows = [...propertyRows(schema, "", 0)];
  return rows.length === 0
    ? html`<p class="quiet">None.</p>`
    : html`<${SchemaTable} label=${label} rows=${rows} />`;
}

/**
 * @typedef {{ name: string, schema: any, required: boolean, about: string, place?: string }} SchemaRow
 *   place: where a parameter stands
 */

/** Named values with their types and bounds. @param {{ label: string, rows: SchemaRow[] }} props */
export function SchemaTable({ label, rows }) {
  return html`
    <${Table} label=${label} class="schema-table narrow-rows" columns=${["Name", "Type", "About"]}>
      ${rows.map(({ name, schema, required, about, place }) => {
        const notes = [place && `in ${place}`, boundsInWords(schema)].filter(Boolean).join(", ");
        return html`
          <tr key=${`${place} ${name}`}>
            <td class="mono nowrap">${name}${required &&
              html`<span class="required" title="required">*</span>`}</td>
            <td class="type-cell small muted mono">${typeInWords(schema)}</td>
            <td>${visible(about)}${notes && html`${" "}<span class="muted">${notes}</span>`}</td>
          </tr>
        `;
      })}
    <//>
  `;
}

/** @param {any} schema @param {string} prefix @param {number} depth @returns {Generator<SchemaRow>} */
function* propertyRows(schema, prefix, depth) {
  const object = schema?.type === "array" ? schema.items : schema;
  if (!object?.properties || depth > DEEPEST) return;
  for (
    const [name, property] of Object.entries(/** @type {Record<string, any>} */ (object.properties))
  ) {
    const path = `${prefix}${name}`;
    yield {
      name: path,
      schema: property,
      required: depth === 0 && (object.required ?? []).includes(name),
      about: property.description ?? "",
    };
    const inner = objectWithin(property);
    if (inner) {
      yield* propertyRows(inner, `${path}${property.type === "array" ? "[]" : ""}.`, depth + 1);
    }
  }
}

/** @param {any} property */
function objectWithin(property) {
  if (property?.properties || property?.items?.properties) return property;
  return (property?.anyOf ?? property?.oneOf)?.find((/** @type {any} */ choice) =>
    choice?.properties ?? choice?.items?.properties
  );
}
