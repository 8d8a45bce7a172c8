import {
  ApplicationFailure,
  DefaultFailureConverter,
  type FailureConverter,
  type ProtoFailure,
} from '@temporalio/common';

/** Refusals of updates and manual starts. Their messages hold no data, and are readable in the Web UI. */
export const READABLE_FAILURES: readonly string[] = [
  'TooLateToCancel',
  'DecisionNotOpen',
  'RequestInvalid',
  'ControlRefused',
  'InputInvalid',
];

/**
 * Puts the message and the stack trace of a failure into a payload, so that they are encrypted as well, except of the
 * refusals above. Loaded by its path, also into the workflows' bundle: nothing of ours may be imported here.
 */
class EncryptedFailures extends DefaultFailureConverter {
  private readonly inClear = new DefaultFailureConverter();

  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailure(...[error, ...rest]: Parameters<FailureConverter['errorToFailure']>): ProtoFailure {
    const isReadable = error instanceof ApplicationFailure && READABLE_FAILURES.includes(error.type ?? '');
    if (!isReadable || error.cause) return super.errorToFailure(error, ...rest);
    return { ...this.inClear.errorToFailure(error, ...rest), stackTrace: '' };
  }
}

export const failureConverter = new EncryptedFailures();
