import type { GatewayProfile } from '../../sandbox/profile';
import { positionOf, type LedgerEntry } from '../../sandbox/ledger-entries';
import { Evidence } from './evidence';
import { EXCUSES, promisesMissing, type Excuse, type ExcuseId } from './excuses';
import { holds, judge, messagesRefused, type Broken, type Testimony } from './judge';

/** At what gateway a purchase was sold, and what the saga believes of its times. */
export interface Circumstances {
  profile: GatewayProfile;
  /** After how long an inquiry is final and a command lands no more (P3, P4), milliseconds. */
  settlesWithinMs: number;
}

/** A broken invariant that cannot be held without a promise that this gateway does not keep. */
export interface Excused extends Broken {
  excuse: ExcuseId;
}

export interface Verdict {
  broken: Broken[];
  excused: Excused[];
}

/** What is not in the ledger. */
export type Said = Omit<Testimony, 'position' | 'messagesRefused'>;

/**
 * Judges a purchase that is over. An excuse counts only where its promise is missing, the ledger shows that it
 * happened, and the invariant holds without the entries that it explains.
 * @param entries of the purchase
 */
export function judgeWithExcuses(
  said: Said,
  entries: readonly LedgerEntry[],
  { profile, settlesWithinMs }: Circumstances,
): Verdict {
  const evidence = new Evidence(entries, settlesWithinMs);
  const missing = promisesMissing(profile);
  const open = EXCUSES.filter(({ without }) => without.every((promise) => missing.has(promise)));
  const verdict: Verdict = { broken: [], excused: [] };
  for (const broken of judge(testimony(said, entries))) {
    const ours: (Excuse & { id: ExcuseId })[] = open.filter((excuse: Excuse) =>
      excuse.invariants.includes(broken.invariant),
    );
    const excuse = ours.find((one) => explainsAway(broken, said, evidence, [one]));
    const together = excuse ?? (explainsAway(broken, said, evidence, ours) ? ours[0] : undefined);
    if (together) verdict.excused.push({ ...broken, excuse: together.id });
    else verdict.broken.push(broken);
  }
  return verdict;
}

/** Whether nothing is broken without what these excuses explain. */
function explainsAway(
  { invariant }: Broken,
  said: Said,
  evidence: Evidence,
  excuses: readonly Excuse[],
): boolean {
  const explained = new Set<number>();
  for (const excuse of excuses) {
    const found = excuse.explains(evidence);
    if (found === 'waits_for_person') {
      if (said.outcome === null && said.needsAttention) return true;
    } else for (const seq of found) explained.add(seq);
  }
  if (explained.size === 0) return false;
  return holds(
    invariant,
    testimony(
      said,
      evidence.entries.filter(({ seq }) => !explained.has(seq)),
    ),
  );
}

function testimony(said: Said, entries: readonly LedgerEntry[]): Testimony {
  return { ...said, position: positionOf(entries), messagesRefused: messagesRefused(entries) };
}
