import type { AttemptResult, CombinedResult } from '../../domain/command-result';
import type { RecordedCall } from './recorded-calls';

/**
 * The registration and the charge that one activity tried first, as the two calls that they are. Of a try that was
 * lost or is still open nobody knows whether the charge was made: it is shown as a registration.
 */
export function splitFirstTry(call: RecordedCall): RecordedCall[] {
  if (call.activity !== 'registerAndCharge') return [call];
  const tried = call.completed ? (call.result as CombinedResult) : undefined; // as the activity answers
  const registration = { ...call, activity: 'registerPackage', ...cameOf(tried?.registration, call) };
  if (!tried?.charge) return [registration];
  const from = registration.endedAt ?? call.startedAt;
  return [
    registration,
    { ...call, activity: 'chargeSubscriber', startedAt: from, ...cameOf(tried.charge, call) },
  ];
}

/** A call that the try left unsettled has ended without a result. */
function cameOf(
  came: AttemptResult | undefined,
  { endedAt }: RecordedCall,
): Pick<RecordedCall, 'endedAt' | 'completed' | 'result'> {
  if (came?.kind === 'done' || came?.kind === 'refused') {
    return { endedAt: came.at, completed: true, result: came };
  }
  return { endedAt, completed: false, result: undefined };
}
