import type { Timer } from '../../platform/clock.ts';
import type { RelayContext } from './options.ts';
import { readReply } from './reply.ts';
import { closeSession, type Session } from './session.ts';
import { WireError } from './wire.ts';

interface Idle {
  readonly session: Session;
  readonly timer: Timer;
}

/** Sessions between two messages to the same destination. Few and short-lived: others need the connection too. */
export class SessionPool implements AsyncDisposable {
  readonly #context: RelayContext;
  readonly #idle = new Map<string, Idle[]>();
  readonly #closing = new Set<Promise<void>>();
  #count = 0;
  #disposed = false;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  /** An idle session of the destination, ready for MAIL; null when there is none that still works. */
  async take(key: string): Promise<Session | null> {
    for (;;) {
      const idle = this.#idle.get(key)?.pop();
      if (!idle) {
        this.#idle.delete(key);
        return null;
      }
      idle.timer.cancel();
      this.#count -= 1;
      if (await this.#refresh(idle.session)) return idle.session;
      this.#close(idle.session);
    }
  }

  /** Keeps a session for the next message, or closes it when it is spent or there are too many. */
  put(key: string, session: Session): void {
    const { maxIdle, idleMs, messagesPerConnection } = this.#context.limits;
    const spent = session.uses >= messagesPerConnection || !session.wire.alive;
    if (this.#disposed || spent || this.#count >= maxIdle || idleMs === 0) {
      this.#close(session);
      return;
    }
    const timer = this.#context.clock.after(idleMs, () => this.#expire(key, session));
    const list = this.#idle.get(key);
    if (list) list.push({ session, timer });
    else this.#idle.set(key, [{ session, timer }]);
    this.#count += 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const list of this.#idle.values()) {
      for (const { session, timer } of list) {
        timer.cancel();
        this.#close(session);
      }
    }
    this.#idle.clear();
    await Promise.all(this.#closing);
  }

  #expire(key: string, session: Session): void {
    const rest = (this.#idle.get(key) ?? []).filter(idle => idle.session !== session);
    if (rest.length > 0) this.#idle.set(key, rest);
    else this.#idle.delete(key);
    this.#count -= 1;
    this.#close(session);
  }

  /** Whether the session can take another message; a transaction that was left open is taken back (RFC 5321 §4.1.1.5). */
  async #refresh(session: Session): Promise<boolean> {
    const { wire } = session;
    if (!wire.alive || wire.unread > 0) return false;
    if (!session.dirty) return true;
    try {
      wire.write('RSET\r\n');
      const reply = await readReply(wire, this.#context.limits.mailMs);
      session.dirty = false;
      return reply.code >= 200 && reply.code < 300;
    } catch (error) {
      if (error instanceof WireError) return false;
      throw error;
    }
  }

  #close(session: Session): void {
    const closing = closeSession(this.#context, session).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
