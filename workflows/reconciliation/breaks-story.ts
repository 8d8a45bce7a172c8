import { markdownText } from '../../domain/harmless-text';
import { openBreaks, type DayBreaks } from '../../domain/reconciliation/break-register';

/** Breaks that the Web UI shows; the command lists all. */
const MOST_SHOWN = 30;

/** A day's register as Markdown for the Web UI. */
export function breaksStory(register: DayBreaks): string {
  const { day, breaks, more } = register;
  const open = openBreaks(register);
  return [
    `**${day}: ${open.length} of ${breaks.length} break(s) open**`,
    '',
    ...open
      .slice(0, MOST_SHOWN)
      .map(
        ({ id, kind, atStake, foundAt, owner, detail }) =>
          `- ${id} ${kind}, ${atStake} VND, since ${foundAt}, ${owner === null ? 'no owner' : markdownText(owner)}: ${markdownText(detail)}`,
      ),
    ...(more.count > 0 ? [`- ${more.count} more, ${more.atStake} VND, in the report`] : []),
    '',
    open.length === 0 ? '**Next:** nothing.' : `**Next:** \`npx datacode reconcile breaks --day ${day}\``,
  ].join('\n');
}
