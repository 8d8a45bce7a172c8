import { mutationsOf } from '../mutation';

const TEST = 'test/activities/attempt.test.ts';

/** Faults in what an attempt knows of itself: whether it is the first, and whether it still stands. */
export const attemptMutations = [
  ...mutationsOf('activities/attempt.ts', TEST, [
    {
      name: 'Temporal’s activity reset is taken for a first attempt',
      find: 'return attempt === 1 && (isLocal || currentAttemptScheduledTimestampMs <= scheduledTimestampMs);',
      replace: 'return attempt === 1;',
      invariant: 'I14: a reset activity asks before it sends',
    },
    {
      name: 'what an attempt of another run told is believed',
      find: 'return isOlder || told.run === this.run ? told.memory : {};',
      replace: 'return told.memory;',
      invariant: 'I1: what an attempt told stays true, whoever tells it again',
    },
    {
      name: 'what any earlier attempt told is believed',
      find: 'if (told?.attempt !== this.info.attempt - 1) return {};',
      replace: 'if (!told) return {};',
      invariant: 'I14, P3: only the attempt right before knows since when it is quiet',
    },
    {
      name: 'what an attempt told before a reset stands until the next tells',
      find: 'if (!this.isFirst) this.remember(deliveries ? { deliveries } : {});',
      replace: '',
      invariant: 'I14, P3: only the attempt right before knows since when it is quiet',
    },
    {
      name: 'an attempt is said to be scheduled when its activity was',
      find: 'return this.info.currentAttemptScheduledTimestampMs;\n  }\n\n  /** For how long',
      replace: 'return this.info.scheduledTimestampMs;\n  }\n\n  /** For how long',
      invariant: 'I14, P3: quiet is counted from the attempt after the last send',
    },
    {
      name: 'nobody looks whether an attempt stands before it sends',
      find: 'if (this.stoodAt && this.stoodAt.agoMs < this.lostAfterMs * CERTAIN_SHARE) return undefined;',
      replace: 'return undefined;',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'Temporal is asked before every send',
      find: 'if (this.stoodAt && this.stoodAt.agoMs < this.lostAfterMs * CERTAIN_SHARE) return undefined;',
      replace: 'if (this.stoodAt && this.stoodAt.agoMs < 0) return undefined;',
      invariant: 'The good path costs no request more',
    },
    {
      name: 'an attempt is certain until it is lost',
      find: 'const CERTAIN_SHARE = 0.8;',
      replace: 'const CERTAIN_SHARE = 1;',
      invariant: 'I13: what is about to be lost is asked about first',
    },
    {
      name: 'a lost heartbeat loses nothing',
      find: 'return Math.min(heartbeatTimeoutMs || LONGEST_ATTEMPT_MS, startToCloseTimeoutMs || LONGEST_ATTEMPT_MS);',
      replace: 'return startToCloseTimeoutMs || LONGEST_ATTEMPT_MS;',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'an attempt that took too long is not lost',
      find: 'return Math.min(heartbeatTimeoutMs || LONGEST_ATTEMPT_MS, startToCloseTimeoutMs || LONGEST_ATTEMPT_MS);',
      replace: 'return heartbeatTimeoutMs || LONGEST_ATTEMPT_MS;',
      invariant: 'I13: what Temporal has given up sends nothing',
    },
    {
      name: 'an attempt that Temporal gave up sends',
      find: 'throw attemptLost(\n          hasCode',
      replace:
        'if (hasCode(error, NOT_FOUND)) return {} as never;\n        throw attemptLost(\n          hasCode',
      invariant: 'I13: what Temporal has given up sends nothing',
    },
    {
      name: 'Temporal’s silence is taken for leave to send',
      find: 'throw attemptLost(\n          hasCode',
      replace:
        'if (!hasCode(error, NOT_FOUND)) return {} as never;\n        throw attemptLost(\n          hasCode',
      invariant: 'I13: a worker that was cut off sends nothing',
    },
    {
      name: 'an attempt that was cancelled sends',
      find: 'if (answer.cancelRequested || ',
      replace: 'if (',
      invariant: 'I14: what was cancelled meanwhile sends nothing',
    },
    {
      name: 'an attempt that was paused sends',
      find: 'answer.activityPaused || ',
      replace: '',
      invariant: 'I14: what was paused meanwhile sends nothing',
    },
    {
      name: 'an attempt that was reset sends',
      find: ' || answer.activityReset)',
      replace: ')',
      invariant: 'I14: what was reset meanwhile sends nothing',
    },
    {
      name: 'an attempt stood when Temporal’s answer came',
      find: 'this.stoodAt = asked;',
      replace: 'this.stoodAt = new Moment(this.clocks);',
      invariant: 'I13: an attempt may be lost while the answer is on its way',
    },
    {
      name: 'a local attempt sends however long it took',
      find: "if (this.info.isLocal)\n      throw attemptLost('a local attempt took too long to be sure that it still counts');",
      replace: 'if (this.info.isLocal) return;',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'an attempt that begins as its process wakes is certain',
      find: 'if (!mayBeStale) this.stoodAt = new Moment(clocks);',
      replace: 'this.stoodAt = new Moment(clocks);',
      invariant: 'I13: what was taken before a freeze may have been given away',
    },
  ]),
  ...mutationsOf('activities/process-pulse.ts', TEST, [
    {
      name: 'a machine that sleeps is not noticed',
      find: 'return Math.max(this.clocks.monotonicMs() - this.monotonicMs, this.clocks.wallMs() - this.wallMs);',
      replace: 'return this.clocks.monotonicMs() - this.monotonicMs;',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'a clock that is set back hides a freeze',
      find: 'return Math.max(this.clocks.monotonicMs() - this.monotonicMs, this.clocks.wallMs() - this.wallMs);',
      replace: 'return this.clocks.wallMs() - this.wallMs;',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'a freeze is forgotten once the process runs',
      find: 'pause.ended.agoMs <= withinMs',
      replace: 'pause.ended.agoMs <= 0',
      invariant: 'I13: what was taken before a freeze may have been given away',
    },
    {
      name: 'a short pause hides the freeze before it',
      find: 'if (lengthMs > BEAT_MS && !isHidden)',
      replace: 'if (lengthMs > BEAT_MS)',
      invariant: 'I13: what was taken before a freeze may have been given away',
    },
    {
      name: 'a freeze that ends with the question is not noticed',
      find: '    this.beat();\n    const pause = this.lastPause;\n    return',
      replace: '    const pause = this.lastPause;\n    return',
      invariant: 'I13: what was taken before a freeze may have been given away',
    },
  ]),
];
