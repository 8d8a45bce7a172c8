/** Between two redraws, ms: quick enough to look alive, and no work to speak of. */
const REDRAW_EVERY = 100;
const BAR_WIDTH = 24;

/** What a terminal is asked for; a file or a pipe is no terminal. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** One line that tells how far a command has come, redrawn in its place. */
export interface ProgressLine {
  /** Whether anybody sees it; what only it needs may be left undone otherwise. */
  readonly isShown: boolean;
  /** @param words made only when the line is drawn, so that this may be called at every item */
  show(words: () => string): void;
  /** Takes the line away: what the command says next begins on an empty one. */
  clear(): void;
}

const SILENT: ProgressLine = { isShown: false, show: () => undefined, clear: () => undefined };

/**
 * A progress line on a terminal; silent where the stream is none, or when quiet is asked for.
 * @param now milliseconds, for tests
 */
export function progressLine(
  quiet: boolean,
  stream: Terminal = process.stderr,
  now: () => number = () => performance.now(),
): ProgressLine {
  if (quiet || stream.isTTY !== true) return SILENT;
  let drawnAt = -Infinity;
  let drawn = false;
  return {
    isShown: true,
    show: (words) => {
      if (now() - drawnAt < REDRAW_EVERY) return;
      drawnAt = now();
      drawn = true;
      stream.write(`\r\u001B[K${words().slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear: () => {
      if (drawn) stream.write('\r\u001B[K');
      drawn = false;
    },
  };
}

/** `[######······]  50 %`; what is not known how long it takes has no bar. */
export function progressBar(done: number, whole: number | undefined): string {
  if (whole === undefined || whole <= 0) return '';
  const share = Math.min(1, done / whole);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} % `;
}
