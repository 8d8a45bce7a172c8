import { htmlText } from '../../../domain/harmless-text';

/** What the document has of JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
}

/** A field of a JSON object, for a row of a table. */
export interface FieldRow {
  /** As in `errors`, with dots: `data.refund.amount`; `[]` for each item of a list. */
  name: string;
  /** HTML. */
  type: string;
  isRequired: boolean;
  /** Markdown. */
  description: string;
}

/** All fields of a schema, those of the objects within it too; a schema with a name of its own is linked instead. */
export function fieldRows(schema: Schema, before = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const row: FieldRow = {
      name: `${before}${name}`,
      type: typeWords(field),
      isRequired: schema.required?.includes(name) ?? false,
      description: field.description ?? '',
    };
    const [object, suffix] = field.items ? [field.items, '[].'] : [field, '.'];
    return [row, ...fieldRows(object, `${row.name}${suffix}`)];
  });
}

/** The type of a value in words, as HTML. */
export function typeWords(schema: Schema): string {
  if (schema.$ref) return schemaLink(nameOf(schema.$ref));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeWords).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return `one of ${schema.enum.map(code).join(', ')}`;
  if (schema.items) return `list of ${typeWords(schema.items)}${limits(schema)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any value']);
  return htmlText(types.join(' or ')) + limits(schema);
}

export function schemaLink(name: string): string {
  return `<a href="#schema-${htmlText(name)}">${htmlText(name)}</a>`;
}

/** The last part of `#/components/schemas/Purchase`. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function limits(schema: Schema): string {
  const { format, pattern, minimum, maximum = Infinity } = schema;
  const words = [
    format && htmlText(format),
    minimum !== undefined && `at least ${minimum}`,
    maximum < Number.MAX_SAFE_INTEGER && `at most ${maximum}`, // which is the limit of JSON, not of the field
    range(schema.minLength, schema.maxLength, 'characters'),
    range(schema.minItems, schema.maxItems, 'items'),
    pattern && `pattern ${code(pattern)}`,
  ].filter((it) => typeof it === 'string' && it !== '');
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (most === undefined) return least === undefined ? '' : `at least ${least} ${unit}`;
  return least === undefined ? `at most ${most} ${unit}` : `${least} to ${most} ${unit}`;
}

function code(value: unknown): string {
  return `<code>${htmlText(String(value))}</code>`;
}
