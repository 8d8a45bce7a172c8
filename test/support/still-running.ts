import { MARKER } from '../../client/attribute-marker';

/** The search for what is not at rest; the marker of the search attributes waits for ever. */
export const STILL_RUNNING = `ExecutionStatus = 'Running' AND WorkflowType != '${MARKER}'`;
