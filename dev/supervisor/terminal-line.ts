import { visibleText } from '../../domain/harmless-text';
import { parsedJson } from '../../runtime/json-file';
import { WARN_LEVEL } from '../../runtime/logging';

/**
 * What of a part's log line a person at the terminal should see: a purchase's outcome, a warning or an error, in one
 * short line; nothing for all else, which is in the log file.
 */
export function terminalLine(part: string, line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const entry = parsedJson(line) as Record<string, unknown> | undefined; // starts with a brace, so it is an object
  if (!entry) return undefined;
  if (entry['event'] === 'purchase.outcome') return outcomeLine(entry);
  const { level } = entry;
  if (typeof level === 'number') return level >= WARN_LEVEL ? `${part}: ${messageOf(entry)}` : undefined;
  return level === 'ERROR' ? `${part}: ${messageOf(entry)}` : undefined; // Temporal's own logs; its warnings are noise
}

function outcomeLine(entry: Readonly<Record<string, unknown>>): string {
  const { outcome, externalId, channel, packageCode, msisdn, reason, durationMs } = entry;
  const time = new Date().toTimeString().slice(0, 8);
  const duration = typeof durationMs === 'number' ? `${(durationMs / 1000).toFixed(2)} s` : undefined;
  const why = typeof reason === 'string' ? `(${reason})` : undefined;
  return [time, outcome, why, packageCode, 'for', msisdn, channel, externalId, duration]
    .filter((word) => word !== undefined)
    .map(String)
    .map(visibleText)
    .join('  ');
}

function messageOf(entry: Readonly<Record<string, unknown>>): string {
  const error = entry['err'] ?? entry['error'];
  const detail =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : (error ?? undefined);
  const message = [entry['msg'] ?? 'no message', ...(detail === undefined ? [] : [detail])]
    .map(String)
    .join(': ');
  return visibleText(message.replace(/\s+/g, ' ')).slice(0, 200);
}
