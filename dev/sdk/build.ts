/** Builds the package of sdk/ into sdk/dist: JavaScript and declarations that need nothing else of the repository. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { replaceFile } from '../../runtime/whole-file';
import { writtenTypes } from './written-types';

const ROOT = path.resolve(__dirname, '../..');
/** Within the repository, so that the compiler finds the libraries of its node_modules. */
const SOURCES = path.join(ROOT, '.cache/sdk');
const COMPILER = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const OUTPUT = path.join(ROOT, 'sdk/dist');

/**
 * The SDK's sources with the API's types written out: what the package is compiled from.
 * @returns their folder
 */
export async function writeSources(): Promise<string> {
  await rm(SOURCES, { recursive: true, force: true });
  await mkdir(SOURCES, { recursive: true });
  const names = (await readdir(path.join(ROOT, 'sdk'))).filter((name) => name.endsWith('.ts'));
  for (const name of names) await cp(path.join(ROOT, 'sdk', name), path.join(SOURCES, name));
  const apiTypes = path.join(SOURCES, 'api-types.ts');
  await replaceFile(apiTypes, writtenTypes(await readFile(apiTypes, 'utf8')));
  await replaceFile(
    path.join(SOURCES, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        lib: ['es2023'],
        module: 'node16',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        esModuleInterop: true,
        skipLibCheck: true,
        declaration: true,
        rootDir: '.',
        outDir: OUTPUT,
      },
      include: ['*.ts'],
    }),
  );
  return SOURCES;
}

/** @throws Error with the compiler's messages */
export async function buildSdk(): Promise<void> {
  const sources = await writeSources();
  await rm(OUTPUT, { recursive: true, force: true });
  await promisify(execFile)(process.execPath, [COMPILER, '-p', sources]).catch(
    (fault: { stdout?: string }) => {
      throw new Error(`the SDK does not compile:\n${fault.stdout ?? ''}`, { cause: fault });
    },
  );
}

if (require.main === module) {
  void buildSdk().then(() => process.stdout.write('built sdk/dist\n'));
}
