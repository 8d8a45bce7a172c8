import { marked } from 'marked';
import { htmlText } from '../../../domain/harmless-text';
import { operationSection, type Operation } from './operation';
import { fieldTable, markdown } from './parts';
import { typeWords, type Schema } from './schema-rows';

/** What the page reads of the OpenAPI document. */
export interface Document {
  info: { title: string; description?: string };
  tags?: readonly { name: string; description?: string }[];
  paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  webhooks?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** An operation and where it is found. */
interface Route {
  /** `POST /v1/purchases`; of a webhook the type of its notice. */
  address: string;
  operation: Operation;
}

/**
 * The OpenAPI document as one page of plain HTML: read without a script, by a screen reader, on a phone, on paper.
 * See docs/decisions/0050-a-reference-without-a-script.md.
 */
export function referencePage(document: Document): string {
  const { info, tags = [], components = {} } = document;
  const schemas = Object.entries(components['schemas'] ?? {}) as [string, Schema][]; // of the document's generator
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      address: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const webhooks = Object.entries(document.webhooks ?? {}).flatMap(([address, methods]) =>
    Object.values(methods).map((operation) => ({ address, operation })),
  );
  const groups = [
    ...tags.map(({ name, description = '' }) => ({
      name,
      description,
      routes: routes.filter(({ operation }) => operation.tags?.includes(name)),
    })),
    { name: 'Webhooks', description: 'What your webhook receives.', routes: webhooks },
  ];
  return [
    '<!doctype html>\n<html lang="en">\n<head>',
    `<meta charset="utf-8"><title>${htmlText(info.title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="stylesheet" href="/docs/reference.css"><link rel="icon" href="/docs/favicon-32x32.png">',
    '</head>\n<body>\n<a class="skip" href="#content">Skip to the content</a>',
    `<nav aria-label="Operations">\n${groups.map(navigation).join('\n')}\n<p><a href="#schemas">Objects</a></p></nav>`,
    `<main id="content">\n<h1>${htmlText(info.title)}</h1>`,
    marked.parse(info.description ?? '', { async: false }),
    ...groups.map(({ name, description, routes: some }) =>
      [
        `<section aria-labelledby="tag-${name}"><h2 id="tag-${name}">${name}</h2><p>${markdown(description)}</p>`,
        ...some.map(({ address, operation }) => operationSection(address, operation, components)),
        '</section>',
      ].join('\n'),
    ),
    '<section aria-labelledby="schemas"><h2 id="schemas">Objects</h2>',
    ...schemas.map(([name, schema]) => schemaSection(name, schema)),
    '</section>\n</main>\n</body>\n</html>\n',
  ].join('\n');
}

function navigation({ name, routes }: { name: string; routes: readonly Route[] }): string {
  const links = routes.map(
    ({ operation }) =>
      `<li><a href="#${htmlText(operation.operationId ?? '')}">${htmlText(operation.summary ?? '')}</a></li>`,
  );
  return `<h2><a href="#tag-${name}">${name}</a></h2>\n<ul>${links.join('')}</ul>`;
}

function schemaSection(name: string, schema: Schema): string {
  const shown = htmlText(name);
  const described = schema.description ? `<p>${markdown(schema.description)}</p>` : '';
  const content = schema.properties ? fieldTable(`Fields of ${name}`, schema) : `<p>${typeWords(schema)}</p>`;
  return `<article aria-labelledby="schema-${shown}"><h3 id="schema-${shown}">${shown}</h3>${described}${content}</article>`;
}
