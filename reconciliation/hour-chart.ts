import type { StatementWord } from './statement-words';
import type { Compared } from './totals';

const HEIGHT = 120;
const SLOT = 28;
const BAR = 11;

/** Two bars an hour, ours and theirs, as SVG inside the page; nothing is loaded. */
export function hourChart(
  hours: readonly (Compared & { key: string })[],
  say: (word: StatementWord) => string,
): string {
  const most = Math.max(1, ...hours.flatMap(({ ours, theirs }) => [ours.gross, theirs.gross]));
  const byHour = new Map(hours.map((hour) => [hour.key, hour]));
  const slots = Array.from({ length: 24 }, (_, hour) => {
    const key = String(hour).padStart(2, '0');
    const sides = byHour.get(key);
    const x = hour * SLOT + 4;
    return [
      bar(x, sides?.ours.gross ?? 0, most, 'ours'),
      bar(x + BAR, sides?.theirs.gross ?? 0, most, 'theirs'),
      `<text x="${x + BAR}" y="${HEIGHT + 14}">${key}</text>`,
    ].join('');
  });
  const width = 24 * SLOT + 4;
  return [
    `<svg viewBox="0 0 ${width} ${HEIGHT + 38}" role="img" aria-label="${say('hours')}">`,
    `<line x1="0" y1="${HEIGHT}" x2="${width}" y2="${HEIGHT}"/>`,
    ...slots,
    `<rect class="ours" x="4" y="${HEIGHT + 24}" width="10" height="10"/><text class="key" x="18" y="${HEIGHT + 33}">${say('agent')}</text>`,
    `<rect class="theirs" x="124" y="${HEIGHT + 24}" width="10" height="10"/><text class="key" x="138" y="${HEIGHT + 33}">${say('mobifone')}</text>`,
    '</svg>',
  ].join('');
}

/** Whole pixels, so that every machine draws the same. A side below zero (money given back) has no bar. */
function bar(x: number, amount: number, most: number, side: 'ours' | 'theirs'): string {
  const height = Math.max(0, Math.round((amount / most) * (HEIGHT - 8)));
  return `<rect class="${side}" x="${x}" y="${HEIGHT - height}" width="${BAR - 1}" height="${height}"/>`;
}
