import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import type { MailStore } from '../../jmap/mail-store.ts';
import { type BulkControl, type BulkResult, changeMany, destroyMany } from '../../jmap/many/bulk.ts';
import { isOffline } from '../../jmap/offline/pending.ts';
import type { EmailPatch } from '../../jmap/types.ts';
import type { Toasts } from '../../ui/toasts.tsx';
import { planOf, within } from './changes.ts';
import { forgetLeftWork, type LeftWork, takeLeftWork, type Work, WorkNote } from './unfinished.ts';

/** Tells of so many mails that something was done with them. */
export type Told = (count: number) => string;

/** Where work is done, and how it is told. */
interface Place {
  readonly store: MailStore;
  readonly toasts: Toasts;
  readonly texts: () => MailPhrases;
  readonly explain: (error: unknown) => string;
  /** Reads the list on screen again. */
  readonly refresh: () => Promise<void>;
}

interface Telling {
  /** What is said in the end, with undo; left out: only how many there were. */
  readonly told?: Told | undefined;
  /** Shows the rows again. */
  readonly putBack?: () => void;
}

const nothing = (): void => undefined;

/** Work on any number of mails: told while it goes on, stopped on demand, and not lost with the page. */
export class ManyMails {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Changes mails at once on the screen, then on the server; a page closed in between does it when it is opened again. */
  async patch(patches: ReadonlyMap<string, EmailPatch>): Promise<void> {
    const { store } = this.#place;
    const step = { kind: 'apply', patches: [...patches] } as const;
    const note = new WorkNote(store, { step, mailboxId: null, ids: [...patches.keys()], told: true });
    try {
      await store.patch(patches);
    } finally {
      note.end();
    }
  }

  /** Says what was done, with undo. */
  tell(told: string, notSent: number, undo: () => void): void {
    const { done } = this.#place.texts();
    this.#place.toasts.show({
      text: notSent > 0 ? done.notSent(told, notSent) : told,
      action: { label: done.undo, run: undo },
    });
  }

  /** Changes mails part by part. `mailboxId`: only those that still lie there. */
  async change(
    ids: readonly string[],
    step: Work['step'],
    mailboxId: string | null,
    { told, putBack = nothing }: Telling,
  ): Promise<void> {
    const result = await this.#changed({ ids, step, mailboxId, told: false });
    const { done } = this.#place.texts();
    const undo = (): void => void this.#undo(result.undo);
    if (result.error) this.#broken(result, putBack, undo);
    else if (result.stopped) this.tell(done.stopped(result.count), result.notSent, undo);
    else this.tell((told ?? done.changed)(result.count), result.notSent, undo);
  }

  /** Deletes for good what of these mails lies in a mailbox. */
  async destroy(mailboxId: string, ids: readonly string[], putBack: () => void): Promise<void> {
    const { toasts, texts } = this.#place;
    const work: Work = { ids, step: { kind: 'destroy' }, mailboxId, told: false };
    const { count, error, stopped } = await this.#destroyed(work, mailboxId);
    const { done } = texts();
    if (error) this.#broken({ count, error }, putBack);
    else toasts.show({ text: stopped ? done.stopped(count) : done.destroyed(count), stayMs: 4000 });
  }

  /** Goes on with what closed pages left: by itself where it had been told as done, else if the person likes to. */
  async takeUp(): Promise<void> {
    const { store, toasts, texts } = this.#place;
    for (const left of await takeLeftWork(store)) {
      if (left.told) {
        await this.#makeGood(left);
        continue;
      }
      const { done } = texts();
      toasts.show({
        text: done.leftBehind(left.ids.length, left.ids.length - left.done),
        tone: 'error',
        action: { label: done.goOn, run: () => void this.#goOn(left) },
        onClose: () => forgetLeftWork(store, left.key),
      });
    }
  }

  /** Does what the screen has said is done. Mails that are gone by now need nothing. */
  async #makeGood(left: LeftWork): Promise<void> {
    const { store, refresh } = this.#place;
    const silent: BulkControl = { onProgress: nothing, stopped: () => false };
    const ended = await changeMany(store.client, left.ids, planOf(left.step), silent);
    // Without a network the note stays for the next time.
    if (isOffline(ended.error)) return;
    forgetLeftWork(store, left.key);
    if (ended.error) this.#broken(ended);
    await store.sync();
    await refresh();
  }

  async #goOn(left: LeftWork): Promise<void> {
    const { store, toasts, texts } = this.#place;
    const { step, mailboxId, ids } = left;
    const rest: Work = { step, mailboxId, ids: ids.slice(left.done), told: false };
    forgetLeftWork(store, left.key);
    const ended =
      step.kind === 'destroy' && mailboxId !== null
        ? await this.#destroyed(rest, mailboxId)
        : await this.#changed(rest);
    const { done } = texts();
    if (ended.error) this.#broken(ended);
    else
      toasts.show({
        text: ended.stopped ? done.stopped(ended.count) : done.finished(ids.length),
        stayMs: 5000,
      });
  }

  #changed(work: Work): Promise<BulkResult> {
    const plan = within(work.mailboxId, planOf(work.step));
    return this.#work(work, control => changeMany(this.#place.store.client, work.ids, plan, control));
  }

  #destroyed(work: Work, mailboxId: string): ReturnType<typeof destroyMany> {
    return this.#work(work, control => destroyMany(this.#place.store.client, mailboxId, work.ids, control));
  }

  /** It ended early: what was done holds. */
  #broken(
    { count, error, undo: back }: Pick<BulkResult, 'count' | 'error'> & Partial<Pick<BulkResult, 'undo'>>,
    putBack: () => void = nothing,
    undo: () => void = nothing,
  ): void {
    const { done } = this.#place.texts();
    // Without a network the list could not be read again, and most of the rows are where they were.
    if (isOffline(error)) putBack();
    this.#place.toasts.show({
      text: done.partly(count, this.#place.explain(error)),
      tone: 'error',
      ...(back?.size && undo !== nothing ? { action: { label: done.undo, run: undo } } : {}),
    });
  }

  async #undo(back: ReadonlyMap<string, EmailPatch>): Promise<void> {
    const step = { kind: 'apply', patches: [...back] } as const;
    const result = await this.#changed({ ids: [...back.keys()], step, mailboxId: null, told: false });
    const { done } = this.#place.texts();
    if (result.error) this.#broken(result);
    else
      this.#place.toasts.show({
        text: result.stopped ? done.stopped(result.count) : done.undone,
        stayMs: 3000,
      });
  }

  /** Works through many mails with the server, telling how far it is. The person may stop it. */
  async #work<Result>(work: Work, run: (control: BulkControl) => Promise<Result>): Promise<Result> {
    const { store, toasts, texts, refresh } = this.#place;
    const { done } = texts();
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    const total = work.ids.length;
    const note = new WorkNote(store, work);
    const toast = toasts.show({
      text: done.working(total),
      progress: 0,
      action: { label: done.stop, run: stop },
    });
    // The browser asks before the page goes.
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', stay);
    try {
      return await run({
        onProgress: gone => {
          note.done(gone);
          toasts.progress(toast, gone / total);
        },
        stopped: () => stopped,
      });
    } finally {
      removeEventListener('beforeunload', stay);
      note.end();
      await store
        .sync()
        .then(refresh)
        .catch(() => undefined);
    }
  }
}
