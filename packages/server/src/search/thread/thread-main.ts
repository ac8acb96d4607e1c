import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { IndexedMessage } from '../../store/accounts/search/index-port.ts';
import { openSearchFiles } from '../../store/accounts/search/search-store.ts';
import { makeDocument } from '../document.ts';
import type { IndexJob, IndexReply } from './protocol.ts';

/**
 * As many as change in turn: opening a file costs more than a few messages, and whoever opened it does not know which
 * terms it has. The thread ends, and closes them, when there is nothing to do.
 */
const files = openSearchFiles({ clock: systemClock, maxOpen: 24 });

async function work(job: IndexJob): Promise<IndexReply> {
  const { number, path, from, to, remove } = job;
  try {
    const add: IndexedMessage[] = [];
    const failures: string[] = [];
    for (const message of job.messages) {
      const made = await makeDocument(message, job.limits, () => performance.now());
      add.push(made.document);
      failures.push(...made.failures);
    }
    const written = await files.use(path, index => index.apply({ from, to, add, remove }), true);
    return { number, ok: true, written: written === true, failures };
  } catch (error) {
    const code = error instanceof MailError ? error.code : null;
    return { number, ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Lets everybody else go first. On Linux this is about the calling thread alone; elsewhere it would slow the server. */
function standBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_LOW);
  } catch {
    // Not permitted: it works all the same.
  }
}

standBack();
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (job: IndexJob | 'end') => {
  last = last.then(async () => {
    if (job === 'end') {
      await files[Symbol.asyncDispose]();
      parentPort?.close();
      return;
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(await work(job));
  });
});
