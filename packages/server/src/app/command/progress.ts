import type { CommandContext } from './context.ts';

/** Least time between two lines of progress, ms. */
const everyMs = 200;

/** Shows how far long work got: one line on a terminal that is written over, JSON lines on standard error with `--json`. */
export class ProgressLine implements Disposable {
  readonly #ctx: CommandContext;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(ctx: CommandContext) {
    this.#ctx = ctx;
  }

  update(text: string, value: unknown): void {
    const now = performance.now();
    if (now - this.#shownAt < everyMs) return;
    this.#shownAt = now;
    const { stderr } = this.#ctx.terminal;
    if (this.#ctx.options.json) stderr.write(`${JSON.stringify({ progress: value })}\n`);
    else if (stderr.isTTY) {
      stderr.write(`\r\u001b[K${text}`);
      this.#shown = true;
    }
  }

  [Symbol.dispose](): void {
    if (this.#shown) this.#ctx.terminal.stderr.write('\r\u001b[K');
  }
}

/** Ends long work cleanly at the first Ctrl-C: a second run goes on from there. */
export function interruptSignal(): AbortSignal & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once('SIGINT', abort);
  return Object.assign(controller.signal, {
    [Symbol.dispose]: () => void process.off('SIGINT', abort),
  });
}
