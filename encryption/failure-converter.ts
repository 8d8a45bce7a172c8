import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts the message and the stack trace of a failure into a payload, so that they are encrypted as well. Loaded by its
 * path, also into the workflows' bundle: nothing else may be imported here.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
