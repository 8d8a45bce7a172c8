import { msToTs } from '@temporalio/common/lib/time';
import type { HistoryEvent } from '../../client/history/purchase-history';
import { triesOf } from '../../operators/tries';

const timeOf = (second: number) => msToTs(second * 1_000);
const started: HistoryEvent = { workflowExecutionStartedEventAttributes: {} };
const ordered = (eventId: number, activityId: string) =>
  ({ eventId, activityTaskScheduledEventAttributes: { activityId } }) as unknown as HistoryEvent; // ids as Long
const ended = (scheduledEventId: number, how: 'Completed' | 'Canceled') =>
  ({ [`activityTask${how}EventAttributes`]: { scheduledEventId } }) as unknown as HistoryEvent; // ids as Long
const paused = (timerId: string, at: number, seconds: number): HistoryEvent => ({
  eventTime: timeOf(at),
  timerStartedEventAttributes: { timerId, startToFireTimeout: timeOf(seconds) },
});
const pending = (id: string, lastFailure: string | null, nextAttemptAt: string | null) => ({
  id,
  call: 'chargeSubscriber',
  attempt: 1,
  lastFailure,
  nextAttemptAt,
});

describe('the calls of a purchase', () => {
  it('have come back when they are over or tried again, and not when they were cancelled', () => {
    const events = [
      started,
      ordered(5, '1'),
      ended(5, 'Completed'),
      ordered(8, '2'),
      ended(8, 'Canceled'),
      ordered(11, '3'),
    ];
    expect(triesOf(events, [pending('3', null, null)])).toMatchObject({ ordered: 3, cameBack: [1] });
    expect(triesOf(events, [pending('3', 'no reply', null)])).toMatchObject({ cameBack: [1, 3] });
  });

  it('are told apart by run, whose ids begin again', () => {
    const events = [started, ordered(5, '1'), started, ordered(5, '1')];
    expect(triesOf(events, [pending('1', 'no reply', null)])).toMatchObject({ ordered: 2, cameBack: [2] });
  });

  it('come again when the pause ends that still runs, or the next attempt is due before', () => {
    const fired: HistoryEvent = { timerFiredEventAttributes: { timerId: '1' } };
    const events = [started, paused('1', 0, 5), fired, paused('2', 10, 60)];
    expect(triesOf(events, []).nextAt).toBe('1970-01-01T00:01:10.000Z');
    expect(triesOf(events, [pending('3', 'busy', '1970-01-01T00:00:30.000Z')]).nextAt).toBe(
      '1970-01-01T00:00:30.000Z',
    );
    expect(triesOf([started], []).nextAt).toBeNull();
  });
});
