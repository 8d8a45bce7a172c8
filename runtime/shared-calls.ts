/** Calls whose answers several wait for, by what is asked. One is given up when the last who waits for it has left. */
export class SharedCalls<Answer> {
  private readonly calls = new Map<string, SharedCall<Answer>>();

  /**
   * @param key what is asked: whoever asks the same meanwhile gets the same answer
   * @param call begun unless it is under way; `abandoned` is aborted when nobody waits any more
   * @returns undefined where the signal ended the waiting
   */
  answer(
    key: string,
    signal: AbortSignal,
    call: (abandoned: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const known = this.calls.get(key);
    if (known) return known.answerTo(signal);
    const forget = (ended: SharedCall<Answer>): void => {
      if (this.calls.get(key) === ended) this.calls.delete(key);
    };
    const begun = new SharedCall(call, forget);
    this.calls.set(key, begun);
    return begun.answerTo(signal);
  }
}

class SharedCall<Answer> {
  private readonly abandoned = new AbortController();
  private readonly answer: Promise<Answer>;
  private waiting = 0;

  constructor(
    call: (abandoned: AbortSignal) => Promise<Answer>,
    private readonly forget: (ended: SharedCall<Answer>) => void,
  ) {
    this.answer = call(this.abandoned.signal).finally(() => forget(this));
    this.answer.catch(() => undefined); // told to whoever waits
  }

  async answerTo(signal: AbortSignal): Promise<Answer | undefined> {
    this.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<undefined>((resolve) => (leave = () => resolve(undefined)));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      return await Promise.race([this.answer, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.waiting -= 1;
      if (this.waiting === 0) {
        this.forget(this);
        this.abandoned.abort();
      }
    }
  }
}
