import type { BadLine } from '../bad-lines';
import type { RawLine } from '../settlement-header';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import type { SettlementFileOptions, SettlementFileSummary } from '../settlement-file';
import type { SampleOptions } from '../workbook-or-text';

/** What is wanted of a file: its lines, or its first lines as they are written, for a layout that is yet to be made. */
export type Reading =
  { kind: 'lines'; options: SettlementFileOptions } | { kind: 'sample'; options: SampleOptions };

/** Both sides speak in turn: each message is answered by one of the other side. */
export type ToReader =
  { say: 'read'; reading: Reading } | { say: 'bytes'; bytes: Uint8Array } | { say: 'end' } | { say: 'go_on' };

/** What was found in a file. */
export type Found =
  | { say: 'lines'; lines: SettlementLine[] }
  | { say: 'bad_lines'; lines: BadLine[] }
  | { say: 'sample'; lines: RawLine[] }
  | { say: 'done'; summary: SettlementFileSummary | undefined };

export type FromReader =
  | Found
  | { say: 'more' }
  /** The file cannot be used; the words are for people. */
  | { say: 'refused'; why: string }
  /** A defect of ours. */
  | { say: 'failed'; why: string };
