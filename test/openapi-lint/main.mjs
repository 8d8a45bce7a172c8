/**
 * `npm run test:openapi`: holds the OpenAPI document to Redocly's strict rules and to Spectral's, and to its size. Exit
 * code 1 with a line for each fault.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConfig, lint } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import parsers from '@stoplight/spectral-parsers';
import rulesets from '@stoplight/spectral-rulesets';
import { createRequire } from 'node:module';

/** Generators, documentation pages and people read it whole. */
const MAX_BYTES = 100_000;

const text = JSON.stringify(createRequire(import.meta.url)('../../api/docs/openapi').openApiDocument());
const bytes = Buffer.byteLength(text);
const faults = [
  ...(bytes > MAX_BYTES ? [`size: ${bytes} bytes, more than ${MAX_BYTES}`] : []),
  ...(await redoclyFaults(text)),
  ...(await spectralFaults(text)),
];
for (const fault of faults) console.log(fault);
console.log(`the OpenAPI document has ${bytes} bytes and ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

async function redoclyFaults(document) {
  const folder = await mkdtemp(path.join(tmpdir(), 'openapi-lint-'));
  try {
    const ref = path.join(folder, 'openapi.json');
    await writeFile(ref, document);
    const problems = await lint({ ref, config: await createConfig({ extends: ['recommended-strict'] }) });
    return problems.map(
      ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function spectralFaults(document) {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [rulesets.oas] });
  const problems = await spectral.run(new spectralCore.Document(document, parsers.Json));
  return problems.map(({ code, message, path: place }) => `${code}: ${message} ${place.join('/')}`);
}
