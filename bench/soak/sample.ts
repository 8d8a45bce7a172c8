import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** What one process of the stack holds. */
const processSchema = z.object({
  memoryBytes: z.number(),
  /** What its last garbage collection left, where the process tells. */
  liveHeapBytes: z.number().optional(),
  descriptors: z.number(),
  threads: z.number(),
  sockets: z.number(),
});
export type ProcessFigures = z.output<typeof processSchema>;

const sampleSchema = z.object({
  /** Since the load began, seconds. */
  seconds: z.number(),
  /** Orders that have come to an outcome so far. */
  purchases: z.number(),
  /** Orders without an outcome yet. */
  underWay: z.number(),
  /** By part. */
  processes: z.record(z.string(), processSchema),
  /** Bytes by kind of file. */
  files: z.record(z.string(), z.number()),
});

/** All parts and files of the stack at one moment. */
export type Sample = z.output<typeof sampleSchema>;

/** Adds a sample to a file of JSON lines. */
export function appendSample(file: string, sample: Sample): void {
  appendFileSync(file, `${JSON.stringify(sample)}\n`, { mode: 0o600 });
}

/**
 * Reads the samples of a run; a last line that was cut short is left out.
 * @throws Error when the file cannot be read, or another line is not a sample
 */
export function readSamples(file: string): Sample[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, at) => {
    try {
      return sampleSchema.parse(JSON.parse(line));
    } catch (fault) {
      throw new Error(`${file}, line ${at + 1} is not a sample`, { cause: fault });
    }
  });
}
