import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Mutation } from './mutation';

const FILE = path.join(__dirname, 'killers.json');
const killersSchema = z.record(z.string(), z.string());

/** The test file that noticed a mutation the last time, from the project's folder; nothing when none did yet. */
export function killerOf(mutation: Mutation): string | undefined {
  return remembered()[keyOf(mutation)];
}

/** Remembers it for the next run, which then begins with that file; runs side by side may do so as well. */
export function rememberKiller(mutation: Mutation, file: string): void {
  const killers = Object.entries({ ...remembered(), [keyOf(mutation)]: file }).toSorted(([one], [other]) =>
    one.localeCompare(other, 'en'),
  );
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(killers), null, 2)}\n`);
}

/** Every mutation that something is remembered of. */
export function remembered(): Record<string, string> {
  return killersSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

export function keyOf({ file, name }: Mutation): string {
  return `${file}: ${name}`;
}
