import type { Edited, SieveAction } from '@hongyan/formats/sieve/execution/action.ts';
import { isMailError } from '../../platform/errors.ts';
import type { DeliveryFolder } from '../ports.ts';
import { fileCopy, targetOf } from './file.ts';
import type { Filtering } from './filtering.ts';
import { notify } from './notify.ts';
import { isLoop, redirect } from './redirect.ts';
import { refuse } from './reject.ts';
import { answer } from './vacation.ts';

/** Does what a script decided. Every step can be done again: a delivery that is tried again does each once. */
export class CarryOut {
  readonly #filtering: Filtering;
  /** Where mail goes that nothing else was decided about. */
  readonly #standard: DeliveryFolder;
  readonly #notes: string[] = [];
  readonly #places = new Set<string>();
  #kept: Pick<Extract<SieveAction, { kind: 'keep' }>, 'flags' | 'edited'> = { flags: [], edited: null };

  constructor(filtering: Filtering, standard: DeliveryFolder) {
    this.#filtering = filtering;
    this.#standard = standard;
  }

  /** Resolves with one line for the trace. Throws when nothing may be settled yet: the delivery is tried again. */
  async run(actions: readonly SieveAction[]): Promise<string> {
    // What loses mail when it fails comes first, what is only said to others last.
    for (const action of actions) await this.#file(action);
    for (const action of actions)
      if (action.kind === 'redirect') await this.#redirect(action.address, action.edited);
    for (const action of actions) await this.#tell(action);
    for (const action of actions) await this.#remember(action);
    return this.#notes.length === 0 ? 'discarded by the filter script' : this.#notes.join('; ');
  }

  async #file(action: SieveAction): Promise<void> {
    if (action.kind === 'keep') {
      this.#kept = action;
      await this.#keep();
    } else if (action.kind === 'fileinto') {
      const path = await targetOf(this.#filtering, action);
      if (path === null) {
        this.#kept = action;
        await this.#into('INBOX', 'inbox', action);
      } else await this.#into(path.join('/'), { path }, action);
    }
  }

  async #keep(): Promise<void> {
    await this.#into(this.#standard === 'junk' ? 'the junk folder' : 'INBOX', this.#standard, this.#kept);
  }

  async #into(
    name: string,
    folder: DeliveryFolder,
    { flags, edited }: { readonly flags: readonly string[]; readonly edited: Edited },
  ): Promise<void> {
    if (this.#places.has(name)) return;
    this.#places.add(name);
    await fileCopy(this.#filtering, folder, flags, edited);
    this.#notes.push(`filed in ${name}`);
  }

  async #redirect(address: string, edited: Edited): Promise<void> {
    if (isLoop(this.#filtering, address)) {
      this.#notes.push(`not sent on to ${address} (loop)`);
      await this.#keep();
      return;
    }
    const { door, scope } = this.#filtering;
    if (!(await door.mayForward(scope))) {
      this.#notes.push(`not sent on to ${address} (the company does not allow forwarding)`);
      await this.#keep();
      return;
    }
    await this.#attempt(`send on to ${address}`, () => redirect(this.#filtering, address, edited), true);
  }

  async #tell(action: SieveAction): Promise<void> {
    const filtering = this.#filtering;
    if (action.kind === 'vacation') await this.#attempt('answer', () => answer(filtering, action), false);
    else if (action.kind === 'notify') await this.#attempt('notify', () => notify(filtering, action), false);
    else if (action.kind === 'reject') {
      const work = async (): Promise<string> => {
        const refusal = await refuse(filtering, action.reason);
        if (refusal === 'told') return 'refused by the filter script';
        if (refusal === 'unproven') await this.#into('the junk folder', 'junk', this.#kept);
        else await this.#keep();
        return refusal === 'unproven' ? 'not refused: sender not proven' : 'not refused: nobody to tell';
      };
      await this.#attempt('refuse', work, true);
    }
  }

  async #remember(action: SieveAction): Promise<void> {
    if (action.kind !== 'remember') return;
    const { door, scope } = this.#filtering;
    await door.remember(scope, 'seen', action.id, action.seconds * 1000);
  }

  /** A step that another server or the acceptor may refuse for good: then the message is kept instead if `keeps`. */
  async #attempt(what: string, work: () => Promise<string>, keeps: boolean): Promise<void> {
    try {
      this.#notes.push(await work());
    } catch (error) {
      if (!isMailError(error) || (error.temporary && keeps)) throw error;
      this.#filtering.context.log.warn('sieve.action_failed', {
        queueId: this.#filtering.message.queueId,
        account: this.#filtering.scope.accountId,
        what,
        code: error.code,
      });
      this.#notes.push(`could not ${what}: ${error.code}`);
      if (keeps) await this.#keep();
    }
  }
}
