import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { WARN_LEVEL } from '../../runtime/logging';
import { OWNER_ONLY } from '../../runtime/owner-only';

/** Older files that are kept beside the one that is written. */
const OLDER_FILES = 4;
/** Pause between two attempts to open a log that cannot be written. */
const REOPEN_AFTER_MS = 1_000;
/** Maximum of bytes that wait in memory for a slow disk; further lines are dropped. */
const MAX_WAITING_BYTES = 8_000_000;
/** How long a part's end waits for its last lines to be written. */
const END_TIMEOUT_MS = 10_000;

/**
 * A part's log: files that rotate by size and together keep below a bound. It recovers by itself after the
 * disk was full or read-only, and reports in the log and at the terminal how many lines are missing.
 */
export class PartLog {
  private readonly fileBytes: number;
  private stream: RotatingFileStream | undefined;
  private missing = 0;
  private isOut = false;
  private reopenAtMs = 0;

  /**
   * @param file its older files are `<file>.1` to `<file>.4`
   * @param maxBytes maximum size of all of them together, plus a line in each
   * @param onProgress gets a line when the log cannot be written, and when it can again
   */
  constructor(
    private readonly name: string,
    private readonly file: string,
    maxBytes: number,
    private readonly onProgress: (line: string) => void,
  ) {
    this.fileBytes = Math.max(1, Math.floor(maxBytes / (OLDER_FILES + 1)));
  }

  /** Bytes that the disk has not taken yet. */
  get waitingBytes(): number {
    return this.stream?.writableLength ?? 0;
  }

  /** Adds a line, without its end; never throws. */
  write(line: string): void {
    const stream = this.stream ?? this.open();
    if (!stream) {
      this.missing += 1;
    } else if (stream.writableLength > MAX_WAITING_BYTES) {
      this.missing += 1;
      this.reportOut('lines are not written fast enough');
    } else {
      if (this.missing > 0) this.noteMissing(stream);
      this.put(stream, line, 1);
    }
  }

  /** Resolves when all lines are in the file, or cannot be. */
  async end(): Promise<void> {
    const stream = this.stream;
    this.stream = undefined;
    this.reopenAtMs = Infinity;
    if (!stream) return;
    const closed = once(stream, 'close').catch(() => undefined); // the error was reported already
    stream.end();
    await Promise.race([closed, pause(END_TIMEOUT_MS, undefined, { ref: false })]);
  }

  private open(): RotatingFileStream | undefined {
    if (performance.now() < this.reopenAtMs) return undefined;
    const size = `${this.fileBytes}B` as const;
    const stream = createStream(this.file, { size, rotate: OLDER_FILES, mode: OWNER_ONLY.file });
    stream.on('error', ({ message }) => {
      if (this.stream === stream) this.stream = undefined;
      this.reopenAtMs = Math.max(this.reopenAtMs, performance.now() + REOPEN_AFTER_MS);
      this.reportOut(message);
    });
    this.stream = stream;
    return stream;
  }

  /** A line of its own for what is missing; on a new line, since the last one may be cut off. */
  private noteMissing(stream: RotatingFileStream): void {
    const missing = this.missing;
    this.missing = 0;
    const msg = `up to ${missing} lines are missing here: the log could not be written`;
    this.put(stream, `\n${JSON.stringify({ level: WARN_LEVEL, time: Date.now(), msg })}`, missing, () => {
      this.isOut = false;
      this.onProgress(`${this.name} has its log again; up to ${missing} lines are missing.`);
    });
  }

  /** @param lines how many are missing when it cannot be written */
  private put(stream: RotatingFileStream, text: string, lines: number, written?: () => void): void {
    stream.write(`${text}\n`, (fault) => {
      if (fault) this.missing += lines;
      else written?.();
    });
  }

  private reportOut(reason: string): void {
    if (this.isOut) return;
    this.isOut = true;
    this.onProgress(`${this.name} goes on without its log, which cannot be written: ${reason}`);
  }
}
