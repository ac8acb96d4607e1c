import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Address, EmailFull } from '../../jmap/types.ts';
import { displayName, fullAddress, initials } from '../../lib/addresses.ts';
import { readerTime, senderTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconAlarm } from '../../ui/icons.ts';
import { AttachmentList } from './files/attachment-list.tsx';
import { MessageFrame } from './message-frame.tsx';
import { snoozeText } from './more/snooze.tsx';
import { ImagesNote, showsImages } from './notes/images-note.tsx';
import { ReceiptNote } from './notes/receipt-note.tsx';
import { TrustBadges, TrustWarnings } from './notes/trust-badges.tsx';
import { UnsubscribeNote } from './notes/unsubscribe-note.tsx';

interface MessageViewProps {
  readonly app: MailApp;
  readonly mailId: string;
  readonly dark: boolean;
  readonly onFold?: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onWrite: (to: Address, subject: string) => void;
}

/** The body to show: HTML when there is some, else the text parts one after the other. */
function bodyOf(mail: EmailFull): { kind: 'html' | 'text'; text: string; truncated: boolean } {
  const html = mail.htmlBody.filter(part => part.type === 'text/html');
  const parts = html.length ? mail.htmlBody : mail.textBody;
  const values = parts
    .map(part => ({ part, value: mail.bodyValues[part.partId ?? ''] }))
    .filter(item => item.value !== undefined);
  const truncated = values.some(item => item.value?.isTruncated);
  if (!html.length)
    return { kind: 'text', text: values.map(item => item.value?.value ?? '').join('\n'), truncated };
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const text = values
    .map(
      ({ part, value }) =>
        (part.type === 'text/html' ? value?.value : `<pre>${escape(value?.value ?? '')}</pre>`) ?? '',
    )
    .join('<hr>');
  return { kind: 'html', text, truncated };
}

/** A frame that waits for its mail. */
const emptyFrame = {
  kind: 'text',
  text: '',
  showRemote: false,
  cidUrl: () => null,
  proxyUrl: () => '',
  onBlocked: () => undefined,
  onKey: () => undefined,
} as const;

/** One mail of the conversation: sender, recipients, times, body, attachments (REA-03, REA-04). */
export function MessageView({ app, mailId, dark, onFold, onKey, onWrite }: MessageViewProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const { store } = app;
  const mail = store.full(mailId);
  // One mail follows another here: what was chosen for the one before does not hold for it.
  const [asked, setAsked] = useState<string | null>(null);
  const [detailsOf, setDetailsOf] = useState<string | null>(null);
  const [blocked, setBlocked] = useState<{ readonly mailId: string; readonly count: number } | null>(null);
  const onBlocked = useCallback((count: number) => setBlocked({ mailId, count }), [mailId]);
  useObserved(store.senders);
  useEffect(() => store.senders.want(mailId), [store, mailId]);
  if (!mail)
    return (
      <article className="message pending" aria-busy="true" data-member={mailId} tabIndex={-1}>
        <div key="body" className="message-body" hidden>
          <MessageFrame {...emptyFrame} mailId={mailId} title="" dark={dark} />
        </div>
      </article>
    );
  const { client } = store;
  const from = mail.from?.[0];
  const check = store.senders.of(mailId);
  const own = from !== undefined && store.ownAddresses.has(from.email.toLowerCase());
  const showRemote = asked === mailId || showsImages(store.personal.settings, from, check);
  const details = detailsOf === mailId;
  const body = bodyOf(mail);
  const theirs = senderTime(mail.sentAt, language);
  const sender = from ? displayName(from) : texts.list.noSender;
  const files = mail.attachments.filter(
    part => !(part.cid && part.disposition !== 'attachment' && body.text.includes(`cid:${part.cid}`)),
  );

  const list = (addresses: readonly Address[] | null): string =>
    (addresses ?? [])
      .map(address =>
        store.ownAddresses.has(address.email.toLowerCase()) ? texts.list.me : displayName(address),
      )
      .join(language === 'zh' ? '、' : ', ');
  const colon = language === 'zh' ? '：' : ': ';
  const semicolon = language === 'zh' ? '；' : '; ';
  const recipients = [
    mail.to?.length ? `${texts.mail.to}${colon}${list(mail.to)}` : '',
    mail.cc?.length ? `${texts.mail.cc}${colon}${list(mail.cc)}` : '',
  ]
    .filter(Boolean)
    .join(semicolon);

  const cidUrl = (cid: string): string | null => {
    const part = mail.attachments.find(other => other.cid === cid);
    return part?.blobId ? client.downloadUrl(part.blobId, part.name ?? 'image', part.type) : null;
  };

  return (
    <article className="message" aria-label={texts.mail.bodyOf(sender)} data-member={mailId} tabIndex={-1}>
      <header className="message-head" onClick={event => event.target === event.currentTarget && onFold?.()}>
        <span className="avatar" aria-hidden="true">
          {from ? initials(from) : '?'}
        </span>
        <div className="clip">
          <div className="clip" title={from?.email}>
            <b>{sender}</b> {from && <span className="address">&lt;{from.email}&gt;</span>}
          </div>
          {!own && <TrustBadges check={check} from={from} />}
          <div className="meta recipients-line">
            <span className="clip">{recipients}</span>
            <button
              type="button"
              className="link"
              aria-expanded={details}
              onClick={() => setDetailsOf(details ? null : mailId)}
            >
              {texts.mail.details}
            </button>
          </div>
        </div>
        <div className="message-times">
          <time dateTime={mail.receivedAt}>
            {readerTime(new Date(mail.receivedAt), new Date(), language, texts.list.today)}
          </time>
          {theirs && (
            <div className="meta">
              {texts.mail.theirTime(
                theirs.clock,
                theirs.hoursAhead > 0
                  ? texts.mail.later(hours(theirs.hoursAhead))
                  : texts.mail.earlier(hours(-theirs.hoursAhead)),
              )}
            </div>
          )}
        </div>
      </header>
      {details && (
        <dl className="message-details">
          {(
            [
              [texts.mail.from, mail.from],
              [texts.mail.to, mail.to],
              [texts.mail.cc, mail.cc],
              [texts.mail.bcc, mail.bcc],
            ] as const
          ).map(
            ([word, addresses]) =>
              addresses &&
              addresses.length > 0 && (
                <div key={word}>
                  <dt>{word}</dt>
                  <dd>{addresses.map(fullAddress).join(', ')}</dd>
                </div>
              ),
          )}
          <div>
            <dt>{texts.mail.date}</dt>
            <dd>
              {new Date(mail.sentAt ?? mail.receivedAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB')}
            </dd>
          </div>
        </dl>
      )}
      <TrustWarnings check={check} from={from} />
      {mail.snoozed && (
        <div className="note">
          <IconAlarm className="icon" size={16} />
          {texts.reading.snooze.until(snoozeText(new Date(mail.snoozed.until), language, texts.list.today))}
        </div>
      )}
      <ReceiptNote key={`receipt ${mailId}`} app={app} mail={mail} />
      {check && (
        <UnsubscribeNote key={`list ${mailId}`} app={app} mailId={mailId} check={check} onWrite={onWrite} />
      )}
      {blocked?.mailId === mailId && blocked.count > 0 && !showRemote && (
        <ImagesNote
          key={`images ${mailId}`}
          app={app}
          from={from}
          blocked={blocked.count}
          onShow={() => setAsked(mailId)}
        />
      )}
      <div key="body" className="message-body">
        <MessageFrame
          mailId={mailId}
          kind={body.kind}
          text={body.text}
          title={texts.mail.bodyOf(sender)}
          dark={dark}
          showRemote={showRemote}
          cidUrl={cidUrl}
          proxyUrl={address => `/proxy/image?url=${encodeURIComponent(address)}`}
          onBlocked={onBlocked}
          onKey={onKey}
        />
        {body.truncated && (
          <p className="meta">
            {texts.mail.truncated}{' '}
            <button
              type="button"
              className="link"
              onClick={() => void store.load([mailId], true).catch((error: unknown) => app.report(error))}
            >
              {texts.mail.showAll}
            </button>
          </p>
        )}
      </div>
      {files.length > 0 && (
        <AttachmentList key={`files ${mailId}`} app={app} subject={mail.subject ?? ''} files={files} />
      )}
    </article>
  );
}

function hours(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
