import { htmlText } from '../../../domain/harmless-text';
import { isProblemCode, problemType } from '../../../domain/problem-codes';
import { isProblem } from '../responses';
import { example, fieldTable, markdown, table } from './parts';
import { nameOf, typeWords, type Schema } from './schema-rows';

interface Reference {
  $ref?: string;
}
interface Media {
  schema?: Schema;
  examples?: Readonly<Record<string, Reference & { summary?: string; value?: unknown }>>;
}
interface Parameter extends Reference {
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}
interface Response extends Reference {
  description?: string;
  content?: Readonly<Record<string, Media>>;
}

/** What the page reads of an operation. */
export interface Operation {
  operationId?: string;
  tags?: readonly string[];
  summary?: string;
  description?: string;
  parameters?: readonly Parameter[];
  requestBody?: { content?: Readonly<Record<string, Media>> };
  responses?: Readonly<Record<string, Response>>;
}

type Components = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** @param address its method and path, or the type of a notice */
export function operationSection(address: string, operation: Operation, components: Components): string {
  const {
    operationId = '',
    summary = '',
    description,
    parameters = [],
    requestBody,
    responses = {},
  } = operation;
  const title = htmlText(summary);
  return [
    `<article aria-labelledby="${htmlText(operationId)}"><h3 id="${htmlText(operationId)}">${title}</h3>`,
    `<p><code class="address">${htmlText(address)}</code></p>`,
    ...(description ? [`<p>${markdown(description)}</p>`] : []),
    ...(parameters.length > 0 ? [parameterTable(title, parameters, components)] : []),
    ...bodies(`Body of ${summary}`, requestBody?.content, components),
    responseTable(summary, responses, components),
    '</article>',
  ].join('\n');
}

function parameterTable(title: string, parameters: readonly Parameter[], components: Components): string {
  const rows = parameters
    .map((it) => resolved(it, components))
    .map(({ name = '', in: place = '', required, description = '', schema = {} }) => [
      `<code>${htmlText(name)}</code>`,
      `${place}${required ? '' : ', optional'}`,
      typeWords(schema),
      markdown(description),
    ]);
  return table(`Parameters of ${title}`, ['Name', 'In', 'Type', 'Meaning'], rows);
}

function bodies(caption: string, content: Response['content'], components: Components): string[] {
  return Object.entries(content ?? {}).flatMap(([mediaType, { schema = {}, examples = {} }]) => [
    schema.properties
      ? fieldTable(caption, schema)
      : `<p>${htmlText(caption)}: ${typeWords(schema)} (<code>${htmlText(mediaType)}</code>)</p>`,
    ...examplesOf('Example', examples, components),
  ]);
}

function examplesOf(title: string, examples: Media['examples'], components: Components): string[] {
  return Object.entries(examples ?? {}).map(([name, reference]) => {
    const { summary = name, value } = resolved(reference, components);
    return example(`${title}: ${summary}`, value);
  });
}

function responseTable(
  summary: string,
  responses: Readonly<Record<string, Response>>,
  components: Components,
): string {
  const all = Object.entries(responses).map(([status, it]) => ({ status, ...resolved(it, components) }));
  const rows = all.map(({ status, description = '', content = {} }) => [
    status === 'default' ? 'any other' : status,
    isProblem(content) ? problemLinks(description) : markdown(description),
    Object.values(content)
      .map((media) => (isProblem(content) ? '' : typeWords(media.schema ?? {})))
      .join(' or '),
  ]);
  const examples = all
    .filter(({ content }) => !isProblem(content ?? {}))
    .flatMap(({ status, content = {} }) =>
      Object.values(content).flatMap((media) =>
        examplesOf(`Example of ${status}`, media.examples, components),
      ),
    );
  return [table(`Responses to ${summary}`, ['Status', 'Meaning', 'Body'], rows), ...examples].join('\n');
}

/** The description of a problem names its codes. */
function problemLinks(description: string): string {
  return description.replace(/`(\w+)`/g, (_, code: string) =>
    isProblemCode(code) ? `<a href="${problemType(code)}"><code>${code}</code></a>` : htmlText(code),
  );
}

function resolved<P extends Reference>(part: P, components: Components): P {
  if (!part.$ref) return part;
  const kind = part.$ref.split('/').at(-2) ?? '';
  return (components[kind]?.[nameOf(part.$ref)] ?? {}) as P; // the document's generator put a part of the same kind there
}
