import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openApiDocument } from '../../api/docs/openapi';
import { loadConfig } from '../../config';
import { temporalCli } from '../../dev/temporal/executable';
import { EmbeddedStack } from '../support/embedded-stack';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { LANGUAGES, missingTools, type Language } from './languages';
import { CannotBeHad } from './tools';

/**
 * `npm run test:clients`: makes a client of the OpenAPI document in each language by a generator that others use, and has
 * it buy, be refused and verify a notice against the whole system. Arguments are names of languages.
 */
const STORY = [
  'bought: succeeded',
  'charge refused: insufficient_balance',
  'refused: package_not_available /package',
  'unreadable: headers_too_large', // of a status that the document does not name
  'verified: true 90000 VND',
  'forged: false',
].join('\n');

const say = (line: string) => process.stdout.write(`${line}\n`);

async function tell(
  language: Language,
  stack: EmbeddedStack,
  cache: string,
): Promise<'passed' | 'failed' | 'skipped'> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'generated-client-'));
  try {
    const document = path.join(folder, 'openapi.json');
    await writeFile(document, JSON.stringify(openApiDocument()));
    const environment = {
      DATACODE_API: stack.apiUrl,
      DATACODE_KEY: stack.key(),
      DATACODE_WEBHOOK_SECRET: stack.channel().webhookSecret,
    };
    const told = (await language.tell({ document, folder, cache, environment })).trim();
    // Python writes True, and an enumeration as what it is called
    const isRight = told.toLowerCase() === STORY.toLowerCase();
    say(
      `${language.name}: ${isRight ? 'buys, is refused, verifies a notice' : `told another story:\n${told}`}`,
    );
    return isRight ? 'passed' : 'failed';
  } catch (fault) {
    const isSkipped = fault instanceof CannotBeHad;
    const said = fault instanceof Error ? fault.message : String(fault);
    say(`${language.name}: ${said}${isSkipped ? `: ${String(fault.cause)}` : ''}`);
    return isSkipped ? 'skipped' : 'failed';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns whether every client that this machine can make works */
async function main(): Promise<boolean> {
  const asked = process.argv.slice(2).map((name) => name.toLowerCase());
  const wanted = LANGUAGES.filter(({ name }) => asked.length === 0 || asked.includes(name.toLowerCase()));
  const able = wanted.filter((language) => {
    const missing = missingTools(language);
    if (missing.length > 0) say(`${language.name}: not tried, ${missing.join(', ')} is not here`);
    return missing.length === 0;
  });
  const config = loadConfig();
  const cache = path.resolve(config.CACHE_DIR);
  await mkdir(cache, { recursive: true });
  process.env[TEST_ENVIRONMENT.cli] = await temporalCli(config, say);
  const stack = await EmbeddedStack.start();
  const count = { passed: 0, failed: 0, skipped: wanted.length - able.length };
  try {
    for (const language of able) count[await tell(language, stack, cache)] += 1;
  } finally {
    await stack.end();
  }
  say(`clients: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  return count.failed === 0;
}

void main().then((isGood) => (process.exitCode = isGood ? 0 : 1));
