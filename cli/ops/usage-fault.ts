/** The command was called in a way that it cannot do; the message says how it can. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
