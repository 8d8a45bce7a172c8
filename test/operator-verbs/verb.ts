import type { Target } from './target';

/** What an operator can do with Temporal's Web UI, command or API. */
export interface Verb {
  name: string;
  /** When it is done: while the purchase is stuck, or once it is over. */
  when: 'stuck' | 'over';
  /** Set where it ends the workflow, so that the purchase does not go on. */
  ends?: 'closed' | 'deleted';
  /**
   * Acts, and waits until Temporal has done it.
   * @returns what was wrong with the answer (I17), in words
   */
  act(target: Target): Promise<readonly string[]>;
}

/** A verb whose answer has nothing to be judged by. */
export function quietly(act: (target: Target) => Promise<unknown>): Verb['act'] {
  return async (target) => {
    await act(target);
    return [];
  };
}

/** `activity reset`, or `workflow reset to the first workflow task, once it is over`. */
export function verbName({ name, when }: Verb): string {
  return when === 'over' ? `${name}, once it is over` : name;
}
