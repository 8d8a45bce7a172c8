import Ajv2020 from 'ajv/dist/2020';
import express from 'express';
import supertest from 'supertest';
import { openApiDocument } from '../../api/docs/openapi';
import { Problem, problemDocument } from '../../api/http/problems';
import { expectDocumented } from './documented';
import { Shop } from './shop';
import { wholeDocument } from './whole-document';

const document = wholeDocument();

interface Media {
  schema: object;
  examples?: Record<string, { value: unknown }>;
}

/** Every response's content in the document, by where it is. */
const media: [string, string, Media][] = Object.entries(document.paths ?? {}).flatMap(([path, routes]) =>
  Object.entries(routes).flatMap(([method, operation]: [string, { responses: Record<string, object> }]) =>
    Object.entries(operation.responses).flatMap(([status, response]) =>
      'content' in response
        ? Object.entries(response.content as Record<string, Media>).map(
            ([type, content]): [string, string, Media] => [`${method} ${path} ${status}`, type, content],
          )
        : [],
    ),
  ),
);

describe('the OpenAPI document', () => {
  it('is served as it is made, and names the version of the language', async () => {
    const { body } = await new Shop().get('/openapi.json', null);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(body.openapi).toBe('3.1.0');
  });

  it('has every route of channels behind the key, and no other', () => {
    for (const [path, routes] of Object.entries(document.paths ?? {})) {
      for (const operation of Object.values(routes) as { security?: object[] }[]) {
        expect([path, operation.security ?? document.security]).toEqual([
          path,
          path.startsWith('/v1') ? [{ channelKey: [] }] : [],
        ]);
      }
    }
    expect(Object.keys(document.paths ?? {})).toEqual([
      '/v1/purchases/validate',
      '/v1/purchases/search',
      '/v1/purchases',
      '/v1/purchases/{externalId}',
      '/v1/purchases/{externalId}/cancel',
      '/v1/purchases/{externalId}/events',
      '/v1/batches',
      '/v1/batches/validate',
      '/v1/batches/{batchId}/cancel',
      '/v1/batches/{batchId}',
      '/v1/batches/{batchId}/results',
      '/v1/batches/{batchId}/events',
      '/v1/purchases/{externalId}/notices',
      '/v1/notices',
      '/v1/notices/{noticeId}',
      '/v1/notices/{noticeId}/resend',
      '/v1/webhook/ping',
      '/v1/purchases-by-id/{id}',
      '/v1/packages',
      '/v1/packages/{code}',
      '/v1/eligibility',
      '/v1/account',
      '/v1/statements/{period}',
      '/v1/status',
      '/healthz',
      '/readyz',
    ]);
  });

  it('has an example of each problem that says more than its code and its words', () => {
    const shown = media.flatMap(([, , { examples }]) =>
      Object.values(examples ?? {}).map(({ value }) => value),
    );
    for (const field of ['errors', 'differing', 'duplicateOf', 'state']) {
      expect(shown).toContainEqual(
        expect.objectContaining({ code: expect.any(String), [field]: expect.anything() }),
      );
    }
  });

  it('lets an answer have fields that are to come, and a request none that it would refuse', () => {
    const written = openApiDocument().components?.schemas ?? {};
    expect(written['Purchase']).not.toHaveProperty('additionalProperties');
    expect(JSON.stringify(written['Account'])).not.toContain('additionalProperties');
    expect(written['PurchaseRequest']).toHaveProperty('additionalProperties', false);
    expect(written['BatchRequest']).toHaveProperty('additionalProperties', false);
  });

  it('combines no schemas by allOf, from which generators of clients make broken types', () => {
    expect(JSON.stringify(document)).not.toContain('"allOf"');
  });

  it('unites no enumerations by anyOf, from which the generator for C# makes a type that does not exist', () => {
    const united = Object.entries(openApiDocument().components?.schemas ?? {}).filter(([, schema]) =>
      /"anyOf":\[(\{"type":"string","enum":\[[^\]]*\]\},?)+\]/.test(JSON.stringify(schema)),
    );
    expect(united.map(([name]) => name)).toEqual([]);
  });

  it('writes out no response with a problem twice: the whole stays small enough to be read', () => {
    const written = JSON.stringify(openApiDocument());
    expect(Buffer.byteLength(written)).toBeLessThanOrEqual(100_000);
    const atRoutes = Object.values(openApiDocument().paths ?? {}).flatMap((routes) => Object.values(routes));
    for (const { responses } of atRoutes as { responses: Record<string, object> }[]) {
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) >= 400) expect(Object.keys(response)).toEqual(['$ref']);
      }
    }
  });

  it('describes a request as strictly as it is read', () => {
    const { PurchaseRequest, ExternalId, ValidationRequestMsisdn } = document.components?.schemas ?? {};
    expect(ValidationRequestMsisdn).toMatchObject({ maxLength: 32 });
    expect(ExternalId).toMatchObject({ maxLength: 64, pattern: expect.any(String) });
    expect(PurchaseRequest).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['externalId', 'msisdn', 'package'],
      properties: {
        externalId: { $ref: '#/components/schemas/ExternalId' },
        msisdn: { $ref: '#/components/schemas/ValidationRequestMsisdn' },
      },
    });
  });
});

describe('the links of the OpenAPI document', () => {
  interface Operation {
    operationId: string;
    parameters?: { name: string; in: string }[];
    responses: Record<string, { links?: Record<string, { operationId: string; parameters: object }> }>;
  }
  const operations: Operation[] = Object.values(document.paths ?? {}).flatMap((routes) =>
    Object.values(routes),
  );

  it('lead from a purchase to what may be asked of it next', () => {
    const submission = operations.find(({ operationId }) => operationId === 'submitPurchase');
    expect(Object.keys(submission?.responses['201']?.links ?? {})).toEqual(
      expect.arrayContaining(['getPurchase', 'listPurchaseEvents', 'cancelPurchase']),
    );
  });

  it('name operations that there are, with all the parameters of their paths', () => {
    const links = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ links }) => Object.values(links ?? {})),
    );
    for (const { operationId, parameters } of links) {
      const target = operations.find((operation) => operation.operationId === operationId);
      const inPath = (target?.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect([operationId, Object.keys(parameters)]).toEqual([operationId, inPath.map(({ name }) => name)]);
    }
  });
});

describe.each(media)('the examples of %s (%s)', (_, mediaType, content) => {
  it('are of their schema, and there for all but a problem, which its code explains', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile({ ...content.schema, components: document.components });
    const examples = Object.values(content.examples ?? {});
    expect(mediaType === 'application/problem+json' || examples.length > 0).toBe(true);
    for (const { value } of examples) {
      expect([validate(value), validate.errors]).toEqual([true, null]);
    }
  });
});

describe('an answer that is not as documented', () => {
  it('is noticed when it is a problem that the route does not name', async () => {
    const app = express().get('/v1/packages', (_, response) => {
      const problem = problemDocument(new Problem('possible_duplicate'), 'r-1');
      response.status(409).type('application/problem+json').json(problem);
    });
    const answer = await supertest(app).get('/v1/packages');
    expect(() => expectDocumented(answer)).toThrow('/v1/packages answered 409 possible_duplicate, which');
  });

  it.each([
    ['has a field that is not documented', 200, { packages: [], more: 1 }],
    ['lacks a field', 200, {}],
    ['has a status that is not documented', 418, { packages: [] }],
  ])('is noticed by these tests when it %s', async (_, status, body) => {
    const app = express().get(
      '/v1/packages',
      (_request, response) => void response.status(status).json(body),
    );
    const answer = await supertest(app).get('/v1/packages');
    expect(() => expectDocumented(answer)).toThrow(/\/v1\/packages/);
  });
});

describe('the documentation page', () => {
  it.each(['/docs', '/docs/try'])('is there without the internet: %s', async (address) => {
    const shop = new Shop();
    const page = await shop.get(address, null);
    const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    const own = new Set(linked.filter((link) => !link.startsWith('#')));
    expect(own.size).toBeGreaterThan(1);
    for (const address of own) {
      expect(address).toMatch(/^\/(docs|problems)/);
      expect((await new Shop().get(address, null)).status).toBe(200); // another each time: strangers are limited
    }
  });
});
