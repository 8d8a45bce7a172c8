/**
 * Lines of a stack trace in workflow code. The SDK takes one for every promise that a workflow makes, so each line is
 * paid for some hundred times a purchase; two of them are the SDK's own. Loaded before any workflow, once a worker.
 */
Error.stackTraceLimit = 6;
