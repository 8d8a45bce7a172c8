import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mutated, type Mutation } from './mutation';

const PROJECT = path.resolve(__dirname, '../..');
/** Neither source nor needed; `node_modules` is linked. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'bench/peers/node_modules', '.cache', '.data', 'coverage']);

/** A copy of the project in a temporary folder, whose faults harm nobody. */
export class ScratchCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'mutation-'));

  constructor() {
    cpSync(PROJECT, this.folder, {
      recursive: true,
      filter: (source) => !LEFT_OUT.has(path.relative(PROJECT, source)),
    });
    symlinkSync(path.join(PROJECT, 'node_modules'), path.join(this.folder, 'node_modules'), 'dir');
  }

  /** Puts the fault in for as long as the work takes. */
  async with<T>(mutation: Mutation, work: () => Promise<T>): Promise<T> {
    const file = path.join(this.folder, mutation.file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, mutated(text, mutation));
    try {
      return await work();
    } finally {
      writeFileSync(file, text);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
