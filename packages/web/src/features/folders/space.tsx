import { type ReactElement, useEffect } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { MailStore, Quota } from '../../jmap/mail-store.ts';
import { Observable, useObserved } from '../../jmap/observable.ts';
import type { GetResponse } from '../../jmap/types.ts';
import { useTexts } from '../../lib/language.ts';

/** Many mails may come or go in a moment: the space is asked for once. */
const restMs = 800;
/** From this share on it is told that the mailbox fills up. */
const nearlyFull = 0.9;

/** How much of an account's space is used, read again when mails have come or gone. */
class Space extends Observable {
  readonly #store: MailStore;
  #read: Quota | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(store: MailStore) {
    super();
    this.#store = store;
  }

  get quota(): Quota | null {
    return this.#read ?? this.#store.quota;
  }

  /** Asks the server soon; an account without a limit is not asked. */
  refresh(): void {
    if (!this.quota?.hardLimit || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#ask().catch(() => undefined);
    }, restMs);
  }

  async #ask(): Promise<void> {
    const { list } = await this.#store.client.one<
      GetResponse<{ resourceType: string; used: number; hardLimit: number }>
    >('Quota/get', { ids: null });
    const octets = list.find(({ resourceType }) => resourceType === 'octets');
    if (!octets) return;
    this.#read = { used: octets.used, hardLimit: octets.hardLimit || null };
    this.changed();
  }
}

const spaces = new WeakMap<MailStore, Space>();

function spaceOf(store: MailStore): Space {
  const space = spaces.get(store) ?? new Space(store);
  spaces.set(store, space);
  return space;
}

/** The space of an account as it is now; null: the server tells none. */
export function useSpace(store: MailStore): Quota | null {
  const space = useObserved(spaceOf(store));
  let mails = 0;
  for (const { totalEmails } of store.mailboxes.values()) mails += totalEmails;
  useEffect(() => space.refresh(), [space, mails]);
  return space.quota;
}

/** Tells that the mailbox is nearly full, or full, and leads to where mail is cleaned up. */
export function SpaceNotice({ app }: { app: MailApp }): ReactElement | null {
  const texts = useTexts();
  const quota = useSpace(app.store);
  if (!quota?.hardLimit || quota.used < quota.hardLimit * nearlyFull) return null;
  const left = Math.floor((1 - quota.used / quota.hardLimit) * 100);
  return (
    <p className="notice" role="status">
      {left > 0 ? texts.pages.space.low(left) : texts.pages.space.full}{' '}
      <button type="button" className="link" onClick={() => app.visit('cleanup')}>
        {texts.pages.space.clean}
      </button>
    </p>
  );
}
