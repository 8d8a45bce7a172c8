import Ajv2020 from 'ajv/dist/2020';
import type { Response } from 'supertest';
import { wholeDocument } from './whole-document';

const document = wholeDocument();
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'openapi');

/**
 * Holds an answer to the OpenAPI document: its status must be documented for its route, and its body must be of the
 * schema that is documented for that status and media type.
 * @throws Error that says what is not as documented
 */
export function expectDocumented(response: Response): void {
  const { method, url } = response.request;
  const address = new URL(url).pathname;
  const templates = Object.keys(document.paths ?? {}).filter((candidate) => matches(candidate, address));
  const template = mostConcrete(templates, method.toLowerCase());
  if (!template) return; // pages for people, and what is not there
  const status = String(response.status);
  const mediaType = (response.headers['content-type'] ?? '').split(';')[0];
  const isDocumented = method.toLowerCase() in (document.paths?.[template] ?? {});
  if (status === '405' || (status === '429' && !isDocumented)) return; // a method that is not documented at all
  if (status === '204' || status === '304') {
    const documented = document.paths?.[template]?.[method.toLowerCase() as 'get']?.responses; // just found
    if (!documented?.[status])
      throw new Error(`${method} ${template} answered ${status}, which is not documented`);
    return;
  }
  const responses = document.paths?.[template]?.[method.toLowerCase() as 'get']?.responses ?? {}; // just found
  const documented = status in responses ? status : 'default';
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    documented,
    'content',
    mediaType,
    'schema',
  ];
  const reference = `openapi#/${pointer.map(escaped).join('/')}`;
  const validate = compiled(reference);
  if (!validate)
    throw new Error(`${method} ${template} answered ${status} ${mediaType}, which is not documented`);
  const body: unknown = mediaType?.endsWith('json') ? response.body : (response.text ?? ''); // no text: a file
  if (!validate(body)) {
    throw new Error(`${method} ${template} ${status}: ${ajv.errorsText(validate.errors)}`);
  }
  if (mediaType !== 'application/problem+json') return;
  const { description = '' } = responses[documented] as { description?: string }; // it has a schema
  const { code = '' } = body as { code?: string }; // of the schema of problems
  if (!description.includes(`\`${code}\``))
    throw new Error(`${method} ${template} answered ${status} ${code}, which is not documented`);
}

/** `/v1/purchases/validate` goes before `/v1/purchases/{externalId}`, where it has the method. */
function mostConcrete(templates: readonly string[], method: string): string | undefined {
  const concrete = templates.toSorted((a, b) => a.split('{').length - b.split('{').length);
  return concrete.find((template) => method in (document.paths?.[template] ?? {})) ?? concrete[0];
}

function compiled(reference: string) {
  try {
    return ajv.getSchema(reference);
  } catch {
    return undefined;
  }
}

function matches(template: string, address: string): boolean {
  const pattern = template.replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(address);
}

function escaped(part = ''): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
