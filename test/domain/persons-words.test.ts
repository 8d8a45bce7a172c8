import { msToTs } from '@temporalio/common/lib/time';
import { batchActionsOf } from '../../client/history/actions';
import type { HistoryPayloads } from '../../client/history/history-payloads';
import { readableText, ticketText } from '../../cli/purchases/attribution';
import { CANCEL_BATCH_SIGNAL } from '../../domain/batch/protocol';
import { inPersonsWords, isKeptAsWritten } from '../../domain/persons-words';
import { pauseFault } from '../../domain/control';
import { cancelRequest, caseRequest, decisionRequest } from '../../workflows/update-inputs';

const SAID = 'call 0901 234 567';
const KEPT = 'call ****567';
const WORDS = { by: SAID, why: SAID };

describe('what a person says in words of their own', () => {
  it.each(['by', 'why', 'how', 'reference', 'ticket', 'text', 'owner'])(
    'is kept without a subscriber’s number: %s',
    (field) => {
      expect(inPersonsWords({ [field]: SAID, msisdn: '84901234567', id: '0901234567' })).toEqual({
        [field]: KEPT,
        msisdn: '84901234567',
        id: '0901234567',
      });
    },
  );

  it('is kept so however it was entered: as JSON in the Web UI', () => {
    expect(cancelRequest(WORDS)).toMatchObject({ by: KEPT, why: KEPT });
    expect(decisionRequest({ ...WORDS, decision: 'retry_now', reference: SAID })).toMatchObject({
      by: KEPT,
      why: KEPT,
      reference: KEPT,
    });
    expect(caseRequest({ ...WORDS, decision: 'close', how: SAID })).toMatchObject({ why: KEPT, how: KEPT });
  });

  it('is not repeated with a number by the words that refuse it, which are stored in clear', () => {
    expect(() => cancelRequest(SAID)).toThrow(/^(?!.*234)(?!.*567).*characters/);
  });

  it('is kept so as an option of a command', () => {
    expect(readableText(SAID)).toBe(KEPT);
  });

  it.each(['0912345678', 'MF-0912345678', 'case 0912 345 678', '84912345678', '912345678'])(
    'is refused as a ticket that would not be kept as it was written: %s',
    (ticket) => {
      expect(isKeptAsWritten(ticket)).toBe(false);
      expect(() => ticketText(ticket)).toThrow(/the last three digits would be kept/);
    },
  );

  it.each(['case 4711', 'MF-2026-11-30/42', '09123x45678', 'MF-09123x45678', '84912x345678', '9123x45678'])(
    'is kept as a ticket as it was written, such as %s',
    (ticket) => {
      expect(isKeptAsWritten(ticket)).toBe(true);
      expect(ticketText(ticket)).toBe(ticket);
    },
  );

  it('is shown without a number where it was sent by Temporal’s own tools', async () => {
    const payloads: Pick<HistoryPayloads, 'ofSignal'> = { ofSignal: async () => WORDS };
    const eventTime = msToTs(0);
    const events = [
      { eventTime, workflowExecutionSignaledEventAttributes: { signalName: CANCEL_BATCH_SIGNAL } },
      { eventTime, workflowExecutionTerminatedEventAttributes: { identity: 'lan', reason: SAID } },
    ];
    const shown = await batchActionsOf(events, payloads as HistoryPayloads); // only what people typed is read
    expect(shown).toMatchObject([
      { by: KEPT, why: KEPT },
      { by: 'lan', why: KEPT },
    ]);
  });
});

describe('what a person typed where a moment is to be', () => {
  it('is repeated without a number in the words that refuse it, which are not encrypted', () => {
    const typed = {
      scope: { kind: 'all' },
      by: 'lan',
      why: 'a test',
      until: 'call 0901234567 first',
    } as const;
    const fault = pauseFault([], typed, new Date());
    expect(fault).toContain('must be a moment to come');
    expect(fault).not.toContain('901234567');
  });
});
