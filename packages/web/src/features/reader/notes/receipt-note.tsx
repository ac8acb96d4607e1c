import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import { JmapError, setError } from '../../../jmap/client.ts';
import type { MailStore } from '../../../jmap/mail-store.ts';
import type { EmailFull, SetError } from '../../../jmap/types.ts';
import { displayName } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconMailOpened } from '../../../ui/icons.ts';

const capability = 'urn:ietf:params:jmap:mdn';

/** Whether a mail asks for a receipt that can still be given (RFC 8098 §2.1; never out of Sent, Drafts or Junk). */
export function asksReceipt(mail: EmailFull, store: MailStore): boolean {
  if (!store.client.offers(capability)) return false;
  if ('$mdnsent' in mail.keywords || '$draft' in mail.keywords) return false;
  const quiet = ['sent', 'drafts', 'junk'].map(role => store.mailboxByRole(role)?.id);
  if (quiet.some(id => id !== undefined && id in mail.mailboxIds)) return false;
  const asked = mail['header:Disposition-Notification-To:asAddresses'];
  return asked?.length === 1 && !store.ownAddresses.has(asked[0]?.email.toLowerCase() ?? '');
}

async function sendReceipt(store: MailStore, mail: EmailFull, byHand: boolean): Promise<void> {
  const answer = await store.client.one<{ notSent?: Record<string, SetError> | null }>('MDN/send', {
    identityId: store.identities[0]?.id ?? '',
    send: {
      k: {
        forEmailId: mail.id,
        disposition: {
          actionMode: byHand ? 'manual-action' : 'automatic-action',
          sendingMode: byHand ? 'mdn-sent-manually' : 'mdn-sent-automatically',
          type: 'displayed',
        },
      },
    },
    onSuccessUpdateEmail: { '#k': { 'keywords/$mdnsent': true } },
  });
  const error = setError(answer.notSent);
  if (error) throw error;
}

interface ReceiptNoteProps {
  readonly app: MailApp;
  readonly mail: EmailFull;
}

/** 回执请求: asked, given by itself, or refused by itself, as the settings say (REA-09). */
export function ReceiptNote({ app, mail }: ReceiptNoteProps): ReactElement | null {
  const texts = useTexts();
  const words = texts.reading.receipt;
  const { store } = app;
  const { sendReceipts } = store.personal.settings;
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const asks = asksReceipt(mail, store);
  const from = mail.from?.[0];
  const to = mail['header:Disposition-Notification-To:asAddresses']?.[0];
  const elsewhere = to && to.email.toLowerCase() !== from?.email.toLowerCase();
  // What goes elsewhere than to the sender is never given without asking (RFC 8098 §2.1).
  const byItself = asks && sendReceipts === 'always' && !elsewhere;
  const tried = useRef('');
  useEffect(() => {
    if (!byItself || tried.current === mail.id) return;
    tried.current = mail.id;
    // A refusal of the server, as for lists and programs, is nothing the reader has to know.
    sendReceipt(store, mail, false).catch(() => undefined);
  }, [byItself, mail, store]);
  if (!asks || refused || byItself || sendReceipts === 'never' || !from) return null;

  async function give(): Promise<void> {
    setBusy(true);
    try {
      await sendReceipt(store, mail, true);
      setRefused(true);
      app.toasts.show({ text: words.sent, stayMs: 4000 });
    } catch (error) {
      const code = error instanceof JmapError ? error.code : '';
      if (code === 'mdnAlreadySent') setRefused(true);
      else app.report(error);
    } finally {
      setBusy(false);
    }
  }

  /** Remembered with the mail: asked once, on every device. */
  function refuse(): void {
    setRefused(true);
    void app.mark('$mdnsent', true, [mail.id]);
  }

  return (
    <div className="note">
      <IconMailOpened className="icon" size={16} />
      <span className="grow">
        {words.asked(displayName(from))} {elsewhere && words.elsewhere(to.email)}
      </span>
      <button type="button" className="link" disabled={busy} onClick={() => void give()}>
        {words.send}
      </button>
      <button type="button" className="link" disabled={busy} onClick={refuse}>
        {words.refuse}
      </button>
    </div>
  );
}
