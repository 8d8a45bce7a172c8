import { progressBar, progressLine } from '../../cli/terminal/progress-line';

/** A terminal that keeps what was written, and a clock that is moved by hand. */
function terminal(isTTY: boolean) {
  const written: string[] = [];
  const clock = { now: 0 };
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) };
  return { written, clock, stream };
}

describe('the progress line', () => {
  it('is redrawn in its place, ten times a second at most, and cut to the terminal', () => {
    const { written, clock, stream } = terminal(true);
    const line = progressLine(false, stream, () => clock.now);
    line.show(() => 'one');
    line.show(() => 'too soon');
    clock.now = 100;
    line.show(() => 'a line that is longer than the terminal');
    line.clear();
    line.clear();
    expect(written).toEqual(['\r\u001B[Kone', '\r\u001B[Ka line that is long', '\r\u001B[K']);
  });

  it.each([
    ['the stream is a file or a pipe', false, false],
    ['quiet is asked for', true, true],
  ])('says nothing, and makes no words, when %s', (_, isTTY, quiet) => {
    const { written, stream } = terminal(isTTY);
    const line = progressLine(quiet, stream);
    const words = jest.fn(() => 'never');
    line.show(words);
    line.clear();
    expect(line.isShown).toBe(false);
    expect(words).not.toHaveBeenCalled();
    expect(written).toEqual([]);
  });

  it('has a bar where the whole is known, full at the end and never over it', () => {
    expect(progressBar(6, 12)).toBe('[############············]  50 % ');
    expect(progressBar(13, 12)).toBe('[########################] 100 % ');
    expect(progressBar(13, undefined)).toBe('');
    expect(progressBar(0, 0)).toBe('');
  });
});
