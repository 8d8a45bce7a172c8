import { randomBytes } from 'node:crypto';

/** What a person may do at the desk; who may act may look as well. */
export const ROLES = ['look', 'act'] as const;
export type Role = (typeof ROLES)[number];

/** Who is signed in. The name goes into the history of what they do. */
export interface Person {
  name: string;
  role: Role;
}

export interface Session {
  id: string;
  person: Person;
  /** In every form; a page of another site does not know it. */
  csrf: string;
  /** For this request, which a link of another site made. */
  isLinkedTo?: true;
}

interface Kept extends Session {
  beganAt: number;
  usedAt: number;
  onEnd: Set<() => void>;
}

/** A shift; the identity provider is asked again after it, also whether the person still has the role. */
export const SESSION_LIMIT_MS = 8 * 60 * 60 * 1000;
/** A desk that is left alone. Live updates do not count as use. */
export const IDLE_LIMIT_MS = 60 * 60 * 1000;
/** More at once are not people. */
const MOST_SESSIONS = 1_000;

/** Sessions of this process, in its memory: they end with it. */
export class Sessions {
  private readonly kept = new Map<string, Kept>();

  /** @param clock monotonic, milliseconds */
  constructor(private readonly clock: () => number = () => performance.now()) {}

  begin(person: Person): Session {
    this.sweep();
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_SESSIONS && oldest !== undefined) this.end(oldest);
    const now = this.clock();
    const session = {
      id: secret(),
      person,
      csrf: secret(),
      beganAt: now,
      usedAt: now,
      onEnd: new Set<() => void>(),
    };
    this.kept.set(session.id, session);
    return session;
  }

  /** @param isUse whether a person has done something; undefined when the session is over */
  find(id: string | undefined, isUse = true): Session | undefined {
    const session = id === undefined ? undefined : this.kept.get(id);
    if (!session) return undefined;
    if (this.isOver(session)) {
      this.end(session.id);
      return undefined;
    }
    if (isUse) session.usedAt = this.clock();
    return session;
  }

  end(id: string): void {
    const session = this.kept.get(id);
    if (!session) return;
    this.kept.delete(id);
    for (const listener of session.onEnd) listener();
  }

  /** Calls a listener when the session ends; `sweep` finds out. */
  onEnd(id: string, listener: () => void): () => void {
    const session = this.kept.get(id);
    session?.onEnd.add(listener);
    return () => session?.onEnd.delete(listener);
  }

  /** Ends what is over. */
  sweep(): void {
    for (const session of this.kept.values()) if (this.isOver(session)) this.end(session.id);
  }

  private isOver({ beganAt, usedAt }: Kept): boolean {
    const now = this.clock();
    return now - beganAt > SESSION_LIMIT_MS || now - usedAt > IDLE_LIMIT_MS;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
