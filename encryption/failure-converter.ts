import {
  ApplicationFailure,
  DefaultFailureConverter,
  type FailureConverter,
  type ProtoFailure,
} from '@temporalio/common';

/** Refusals of updates and manual starts. Their messages hold no subscriber's number, and are readable in the Web UI. */
export const READABLE_FAILURES: readonly string[] = [
  'TooLateToCancel',
  'DecisionNotOpen',
  'RequestInvalid',
  'ControlRefused',
  'BlockRefused',
  'ActRefused',
  'RequestOfAnotherRun',
  'RequestTakenBefore',
  'AskedTooOften',
  'InputInvalid',
  'TooManyWaiting',
];

/** What calls fail with. Their messages are `<which call>: <what happened> (<details>)`; only the details may hold data. */
export const OUTLINED_FAILURES: readonly string[] = [
  'MobifoneRetryLater',
  'MobifoneOutcomeUnknown',
  'MobifoneBrokenContract',
  'MobifoneToBeSent',
  'ChannelUnreachable',
];
/** Words of our own, and channels' names: no number of a subscriber, and no text that came from outside. */
const OUTLINE = /^[a-z][a-z ]*(to [a-z0-9-]{1,32})?: [a-zA-Z ,]+$/;
const NUMBER = /\d{5}/;

/** What is sealed of a readable refusal; the SDK's own names for the first two. */
export type RefusalSeal = { message: string; stack_trace: string; type: string };

/**
 * Puts the message and the stack trace of a failure into a payload, so that they are encrypted as well, except of the
 * refusals above: these are sealed beside their clear text, with their type, so that whoever asked knows them for ours. Of a failed call it stays readable which call it was, and what happened. Loaded by its path, also into the workflows' bundle: nothing of ours may be imported here.
 */
class EncryptedFailures extends DefaultFailureConverter {
  private readonly inClear = new DefaultFailureConverter();

  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailure(...[error, ...rest]: Parameters<FailureConverter['errorToFailure']>): ProtoFailure {
    const isReadable = error instanceof ApplicationFailure && READABLE_FAILURES.includes(error.type ?? '');
    if (!isReadable || error.cause) return outlined(error, super.errorToFailure(error, ...rest));
    const [payloadConverter, context] = rest;
    const { message, type } = error;
    const seal: RefusalSeal = { message, stack_trace: '', type: type ?? '' };
    return {
      ...this.inClear.errorToFailure(error, ...rest),
      stackTrace: '',
      encodedAttributes: payloadConverter.toPayload(seal, context),
    };
  }
}

/** Whoever may decrypt reads the whole message in its place. */
function outlined(error: unknown, encoded: ProtoFailure): ProtoFailure {
  if (!(error instanceof ApplicationFailure) || !OUTLINED_FAILURES.includes(error.type ?? '')) return encoded;
  const [outline = ''] = error.message.split(' (');
  return OUTLINE.test(outline) && !NUMBER.test(outline) ? { ...encoded, message: outline } : encoded;
}

export const failureConverter = new EncryptedFailures();
