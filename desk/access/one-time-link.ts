import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How whoever reads this machine's terminal signs in: by a link that holds once. After it, there is another. */
export class OneTimeLink {
  private token = randomBytes(32).toString('base64url');

  /**
   * @param base the desk's address
   * @param onNext called with the next link when one was used
   */
  constructor(
    private readonly base: () => string,
    private readonly onNext: (link: string) => void = () => undefined,
  ) {}

  get url(): string {
    return `${this.base()}/sign-in?token=${this.token}`;
  }

  /** Whether it is the link that holds now. */
  holds(token: string): boolean {
    return timingSafeEqual(digest(token), digest(this.token));
  }

  /** Uses the link up; false when it does not hold. */
  use(token: string): boolean {
    if (!this.holds(token)) return false;
    this.token = randomBytes(32).toString('base64url');
    this.onNext(this.url);
    return true;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
