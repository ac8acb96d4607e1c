import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { Address, SenderCheck } from '../../../jmap/types.ts';
import { isAddress } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { IconMail } from '../../../ui/icons.ts';

interface UnsubscribeNoteProps {
  readonly app: MailApp;
  readonly mailId: string;
  readonly check: SenderCheck;
  readonly onWrite: (to: Address, subject: string) => void;
}

/** Address and subject of a `mailto:` (RFC 6068); null when there is no one to write to. */
export function readMailto(text: string): { readonly to: Address; readonly subject: string } | null {
  try {
    const url = new URL(text);
    const email = decodeURIComponent(url.pathname);
    if (url.protocol !== 'mailto:' || !isAddress(email)) return null;
    return { to: { name: null, email }, subject: (url.searchParams.get('subject') ?? '').slice(0, 200) };
  } catch {
    return null;
  }
}

/** A mailing: leave it with one press where the list allows that (RFC 8058), else by mail or on its page (RFC 2369). */
export function UnsubscribeNote({ app, mailId, check, onWrite }: UnsubscribeNoteProps): ReactElement | null {
  const texts = useTexts();
  const words = texts.reading.unsubscribe;
  const [asking, setAsking] = useState(false);
  const [state, setState] = useState<'open' | 'busy' | 'done'>('open');
  const { unsubscribe } = check;
  // Whoever forges a mail must not be told that its address works.
  if (!unsubscribe || check.verdict === 'suspicious' || check.looksLike) return null;
  const { oneClickHost: host, page } = unsubscribe;
  const mailto = unsubscribe.mailto ? readMailto(unsubscribe.mailto) : null;
  if (!host && !mailto && !page) return null;

  async function leave(): Promise<void> {
    setAsking(false);
    setState('busy');
    try {
      await app.store.senders.unsubscribe(mailId);
      setState('done');
      app.toasts.show({ text: words.done(host ?? '') });
    } catch {
      setState('open');
      app.toasts.show({ text: words.failed, tone: 'error' });
    }
  }

  return (
    <div className="note">
      <IconMail className="icon" size={16} />
      <span className="grow">{state === 'done' ? words.done(host ?? '') : words.offer}</span>
      {state !== 'done' &&
        (host ? (
          <button type="button" className="link" disabled={state === 'busy'} onClick={() => setAsking(true)}>
            {words.do}
          </button>
        ) : mailto ? (
          <button
            type="button"
            className="link"
            onClick={() => onWrite(mailto.to, mailto.subject || 'unsubscribe')}
          >
            {words.byMail}
          </button>
        ) : (
          <a className="link" href={page ?? ''} target="_blank" rel="noreferrer noopener">
            {words.byPage}
          </a>
        ))}
      {asking && (
        <Dialog title={words.ask(host ?? '')} onClose={() => setAsking(false)}>
          <p>{words.askHint}</p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {texts.mail.close}
            </button>
            <button type="button" className="button primary" onClick={() => void leave()}>
              {words.do}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
