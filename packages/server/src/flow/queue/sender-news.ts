import type { SpoolMessage } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import { factsOf } from './queued.ts';

/**
 * Tells the accounts that sent mail through JMAP when something became of it. However many recipients a message has: one
 * notice at a time, and one more for all that came meanwhile.
 */
export class SenderNews {
  readonly #context: Pick<FlowContext, 'mailboxes' | 'log'>;
  /** Messages that are being told of; true when there is more. */
  readonly #telling = new Map<string, boolean>();

  constructor(context: Pick<FlowContext, 'mailboxes' | 'log'>) {
    this.#context = context;
  }

  /** `recorded` is when the history can be read; a notice that comes before it would make clients read the old one. */
  moved(message: SpoolMessage, recorded: Promise<unknown>): void {
    const { submittedFrom } = factsOf(message);
    if (submittedFrom === undefined) return;
    const { queueId, tenantId } = message;
    void recorded.then(async () => {
      if (this.#telling.has(queueId)) {
        this.#telling.set(queueId, true);
        return;
      }
      for (let more = true; more; more = this.#telling.get(queueId) === true) {
        this.#telling.set(queueId, false);
        try {
          await this.#context.mailboxes.progress?.(tenantId, submittedFrom, queueId);
        } catch (error) {
          this.#context.log.warn('flow.sender_not_told', { queueId, account: submittedFrom, error });
        }
      }
      this.#telling.delete(queueId);
    });
  }
}
