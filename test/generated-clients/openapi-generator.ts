import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fetched, run } from './tools';

/** openapi-generator, by the ordinary client of Maven Central; only this very file is run. */
const VERSION = '7.14.0';
const SHA256 = 'e03186835022ca02da4aa95e3967b6a3b6d44c2e5f7606e6d5c22466f519c757';
const NAME = `openapi-generator-cli-${VERSION}.jar`;

/** @returns the generator's file, taken from Maven Central once */
export async function installedGenerator(cache: string): Promise<string> {
  const folder = path.join(cache, 'openapi-generator');
  const file = path.join(folder, NAME);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const artifact = `-Dartifact=org.openapitools:openapi-generator-cli:${VERSION}`;
    const place = [`-DoutputDirectory=${folder}`, '-Dmdep.useBaseVersion=true'];
    await fetched(mavenGoal(folder, 'dependency:copy', artifact, ...place));
  }
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (hash === SHA256) return file;
  await rm(file);
  throw new Error(`${NAME} is not the file that is expected: ${hash}`);
}

/** Runs Maven quietly. */
export async function mavenGoal(folder: string, ...words: readonly string[]): Promise<void> {
  await run('mvn', ['-q', '-B', ...words], folder);
}

interface Wanted {
  document: string;
  language: 'go' | 'java' | 'php' | 'csharp';
  folder: string;
  /** `--additional-properties` of the language. */
  options?: string;
  library?: string;
}

/** Writes the client's sources into the folder, without their tests and pages. */
export async function generate(
  jar: string,
  { document, language, folder, options, library }: Wanted,
): Promise<void> {
  const parts = 'models,apis,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false';
  const words = [
    '-jar',
    jar,
    'generate',
    '-i',
    document,
    '-g',
    language,
    '-o',
    folder,
    '--global-property',
    parts,
    ...(options === undefined ? [] : ['--additional-properties', options]),
    ...(library === undefined ? [] : ['--library', library]),
  ];
  await run('java', words, folder);
}
