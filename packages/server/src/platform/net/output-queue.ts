import type { Socket } from 'node:net';

const sendAbove = 32 * 1024;
const done = Promise.resolve();

/** Replies on their way out: collected, sent as one write, with the peer's pace made visible. */
export class OutputQueue {
  #socket: Socket;
  #pieces: (Uint8Array | string)[] = [];
  #bytes = 0;
  #waiters: (() => void)[] = [];
  #taken = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Whether we wait for the peer to take what was sent. */
  get congested(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Grows each time the peer has caught up. */
  get taken(): number {
    return this.#taken;
  }

  push(data: Uint8Array | string): void {
    this.#pieces.push(data);
    this.#bytes += data.length;
    if (this.#bytes >= sendAbove) this.#send();
  }

  /** Sends what is queued. Resolves at once while the peer keeps up, else when it has caught up or is gone. */
  flush(): Promise<void> {
    if (this.#pieces.length > 0) this.#send();
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return done;
    return new Promise(resolve => this.#waiters.push(resolve));
  }

  /** The socket reports that it has written everything. */
  drained(): void {
    this.#taken += 1;
    this.#wake();
  }

  /** Goes on with another socket (after STARTTLS); what was queued must have been flushed. */
  moveTo(socket: Socket): void {
    this.#socket = socket;
  }

  /** The connection is gone: nobody waits any longer. */
  abandon(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  #send(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    if (this.#socket.destroyed) return;
    const [first] = pieces;
    if (pieces.length === 1 && first !== undefined) {
      this.#socket.write(first);
    } else if (pieces.every(piece => typeof piece === 'string')) {
      this.#socket.write(pieces.join(''));
    } else {
      this.#socket.cork();
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.uncork();
    }
  }
}
