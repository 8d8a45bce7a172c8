import { isProblem } from './responses';
import { shareSchemas } from './shared-schemas';

/** A part of the document: an object of JSON. */
type Part = Record<string, unknown>;

interface Operation {
  operationId?: string;
  parameters?: unknown[];
  responses?: Record<string, Part>;
}

interface Document {
  paths?: object;
  webhooks?: object;
  components?: { schemas?: object };
}

/**
 * Moves what many operations repeat into `components`: parameters, headers, examples, and responses with a problem. Written out at each operation they would be nine tenths of the document.
 */
export function shareParts(document: Document): void {
  const shared = new SharedParts();
  const routes = Object.values<Part>({ ...document.paths, ...document.webhooks });
  for (const operation of routes.flatMap((route) => Object.values(route) as Operation[])) {
    shareOf(operation, shared);
  }
  shared.putBackWhatIsUsedOnce();
  document.components = { ...document.components, ...shared.components };
  shareSchemas((document.components.schemas ?? {}) as Record<string, Part>); // JSON
}

function shareOf(operation: Operation, shared: SharedParts): void {
  operation.parameters = (operation.parameters as Part[] | undefined)?.map((parameter) =>
    shared.part('parameters', String(parameter['name']), plain(parameter)),
  );
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if (response['links']) response['links'] = each(response['links'], shared.as('links'));
    if (isEmpty(response['headers'])) delete response['headers'];
    else response['headers'] = each(response['headers'], shared.as('headers'));
    const content = each(response['content'], ({ examples, ...media }) =>
      examples === undefined ? media : { ...media, examples: each(examples, shared.as('examples')) },
    );
    if (isEmpty(content)) delete response['content'];
    else response['content'] = content;
    const name = isProblem(response['content'])
      ? `Problem${status === 'default' ? '' : status}`
      : WEBHOOK_ANSWERS[status];
    if (name && operation.responses) operation.responses[status] = shared.part('responses', name, response);
  }
}

/** What a webhook may answer, the same for each kind of notice. */
const WEBHOOK_ANSWERS: Readonly<Record<string, string>> = {
  '2XX': 'NoticeStored',
  default: 'NoticeSentAgain',
};

type Kind = 'headers' | 'examples' | 'links' | 'responses' | 'parameters';

/** What was moved, by kind and name. */
class SharedParts {
  readonly components: Record<string, Record<string, Part>> = {};
  private readonly names = new Map<string, string>();
  private readonly references = new Map<string, Part[]>();

  /** A reference to the part, under this name or, where that is another part's, the next free one. */
  part(kind: Kind, wanted: string, part: Part): Part {
    const parts = (this.components[kind] ??= {});
    const content = `${kind} ${JSON.stringify(part)}`;
    let name = this.names.get(content);
    if (name === undefined) {
      name = wanted;
      for (let next = 2; Object.hasOwn(parts, name); next += 1) name = `${wanted}-${next}`;
      parts[name] = part;
      this.names.set(content, name);
    }
    const reference = { $ref: `#/components/${kind}/${name}` };
    this.references.set(reference.$ref, [...(this.references.get(reference.$ref) ?? []), reference]);
    return reference;
  }

  /** Shared, it would only be longer; a response with a problem stays, since generators make a type of it. */
  putBackWhatIsUsedOnce(): void {
    for (const [address, [reference, ...others]] of this.references) {
      const [kind = '', name = ''] = address.split('/').slice(-2);
      const parts = this.components[kind];
      if (!reference || !parts || others.length > 0 || kind === 'responses') continue;
      delete reference['$ref'];
      Object.assign(reference, parts[name]);
      delete parts[name];
    }
  }

  as(kind: Kind) {
    return (part: Part, name: string) => this.part(kind, name, part);
  }
}

/** The generator describes a parameter twice, and says of an optional one that it is not required. */
function plain({ required, ...parameter }: Part): Part {
  const { description, ...schema } = parameter['schema'] as Part; // every parameter has one
  const described = description === parameter['description'] ? { ...parameter, schema } : parameter;
  return required === true ? { ...described, required } : described;
}

const isEmpty = (parts: unknown): boolean => Object.keys(parts ?? {}).length === 0;

function each(parts: unknown, change: (part: Part, name: string) => Part): Part {
  const entries = Object.entries((parts ?? {}) as Record<string, Part>); // an object of parts, where there is one
  return Object.fromEntries(entries.map(([name, part]) => [name, change(part, name)]));
}
