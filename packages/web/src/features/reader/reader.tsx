import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import type { Shortcuts } from '../../app/keys/shortcuts.ts';
import type { MenuSignals } from '../../app/keys/use-menu-keys.ts';
import { explain, type MailApp } from '../../app/mail-app.ts';
import { JmapError } from '../../jmap/client.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Address, EmailRow } from '../../jmap/types.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import type { ReplyKind } from '../composer/reply.ts';
import { LabelChips } from '../labels/label-chips.tsx';
import { MessageView } from './message-view.tsx';
import { ReaderToolbar } from './reader-toolbar.tsx';
import { useThreadKeys } from './use-thread-keys.ts';
import './notes.css';
import './reader.css';

interface ReaderProps {
  readonly app: MailApp;
  readonly dark: boolean;
  readonly menus: MenuSignals;
  readonly onAnswer: (kind: ReplyKind, mailId: string) => void;
  readonly onDraft: (mailId: string) => void;
  readonly shortcuts: Shortcuts;
  readonly onWrite: (to: Address, subject: string) => void;
}

/** What is shown of the conversation of a mail: its mails, and which of them are unfolded. */
interface Conversation {
  readonly mailId: string;
  readonly ids: readonly string[];
  readonly open: ReadonlySet<string>;
}

/** A mail that could not be read, and how often that was tried. */
interface Failed {
  readonly mailId: string;
  readonly error: unknown;
  readonly times: number;
}

/** What is away for a moment is asked for again after twice as long, then four times as long, up to 16 times. */
const againMs = 3_000;

/** An open conversation: the newest mail and the unread ones unfolded, the others one line each. */
export function Reader(props: ReaderProps): ReactElement {
  const { app, dark, menus, shortcuts, onAnswer, onDraft, onWrite } = props;
  const texts = useTexts();
  const language = useLanguage();
  useObserved(app);
  const store = useObserved(app.store);
  const mailId = app.route.mailId ?? '';
  const row = store.row(mailId);
  const [read, setRead] = useState<Conversation | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [attempt, setAttempt] = useState(0);
  const body = useRef<HTMLDivElement>(null);
  const failure = failed?.mailId === mailId ? failed.error : null;
  const fail = useCallback(
    (error: unknown): void =>
      setFailed(before => ({ mailId, error, times: before?.mailId === mailId ? before.times + 1 : 1 })),
    [mailId],
  );
  // What was read for the mail before is never shown below this one's subject, nor answered in its place.
  const { ids, open: openIds } =
    read?.mailId === mailId ? read : { ids: store.full(mailId) ? [mailId] : [], open: new Set([mailId]) };
  const setOpenIds = (open: ReadonlySet<string>): void => setRead({ mailId, ids, open });
  const isDraft = (id: string): boolean => '$draft' in (store.row(id)?.keywords ?? {});
  useThreadKeys({
    shortcuts,
    body,
    members: ids,
    mailId,
    // A draft is taken up by opening it, and stays a line.
    unfold: id => !isDraft(id) && setOpenIds(new Set([...openIds, id])),
  });

  useEffect(() => {
    let stale = false;
    async function load(): Promise<void> {
      const wait = store.personal.settings.markReadAfterSeconds;
      const along = await store.open(mailId);
      if (!stale) setFailed(null);
      const found = store.row(mailId);
      if (!found) throw new Error('gone');
      const isUnread = (mail: EmailRow | undefined): boolean =>
        mail !== undefined && !('$seen' in mail.keywords);
      const unread = new Set(
        store
          .threadOf(found)
          .filter(isUnread)
          .map(({ id }) => id),
      );
      // The mail that was asked for is on screen before its conversation is read.
      if (!stale) {
        setRead({ mailId, ids: [mailId], open: new Set(isDraft(mailId) ? [] : [mailId]) });
        // Whoever answers it at once has read it.
        if (wait === 0) void app.mark('$seen', true, [mailId]);
      }
      const conversation = store.personal.settings.conversationView;
      const members = conversation ? await store.loadThread(found.threadId, along) : [mailId];
      if (stale) return;
      const at = app.list.indexOf(mailId);
      if (at >= 0) void store.readAhead([app.list.at(at + 1), app.list.at(at - 1)]);
      const letters = members.filter(id => !isDraft(id));
      const unfolded = letters.filter(id => unread.has(id) || isUnread(store.row(id)));
      const asked = isDraft(mailId) ? letters.at(-1) : mailId;
      setRead({ mailId, ids: members, open: new Set([...(asked ? [asked] : []), ...unfolded]) });
      if (wait <= 0) return;
      await new Promise(resolve => setTimeout(resolve, wait * 1000));
      // oxlint-disable-next-line typescript/no-unnecessary-condition -- changes while one waits
      if (!stale) await app.mark('$seen', true, [mailId]);
    }
    load().catch((error: unknown) => {
      if (!stale) fail(error);
    });
    body.current?.scrollTo({ top: 0 });
    return () => {
      stale = true;
    };
  }, [mailId, store, app, attempt, fail]);

  // What is shown may have been dropped from the cache meanwhile: read it again.
  const lost = [...openIds].filter(id => ids.includes(id) && !store.full(id)).join(' ');
  useEffect(() => {
    if (lost) store.load(lost.split(' ')).catch(fail);
  }, [lost, store, fail]);

  // What is away for a moment is read as soon as it is there again.
  const times = failed?.times ?? 0;
  const passing = failure instanceof JmapError && /^(?:network|serverUnavailable|http5)/.test(failure.code);
  useEffect(() => {
    if (!passing) return undefined;
    const again = (): void => setAttempt(value => value + 1);
    const timer = setTimeout(again, againMs * 2 ** Math.min(times, 4));
    addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', again);
    };
  }, [passing, times]);

  if (failure) {
    const gone = failure instanceof Error && failure.message === 'gone';
    return (
      <section className="reader">
        {row && (
          <ReaderToolbar
            app={app}
            mailId={mailId}
            menus={menus}
            shortcuts={shortcuts}
            onAnswer={kind => onAnswer(kind, mailId)}
          />
        )}
        <p className="notice bad" role="alert">
          {gone ? texts.mail.gone : explain(failure, texts)}{' '}
          {!gone && (
            <button type="button" className="link" onClick={() => setAttempt(attempt + 1)}>
              {texts.done.retry}
            </button>
          )}
        </p>
      </section>
    );
  }

  const members = ids.map(id => store.row(id)).filter(member => member !== undefined);
  const newest = members.filter(member => !('$draft' in member.keywords)).at(-1) ?? row;
  const sender = newest?.from?.[0];

  function folded(member: EmailRow): ReactElement {
    const from = member.from?.[0];
    const mine = from && store.ownAddresses.has(from.email.toLowerCase());
    const draft = '$draft' in member.keywords;
    return (
      <button
        key={member.id}
        type="button"
        data-member={member.id}
        className="thread-line"
        onClick={() => (draft ? onDraft(member.id) : setOpenIds(new Set([...openIds, member.id])))}
      >
        {draft && <span className="chip warn">{texts.list.draft}</span>}
        <b>{mine ? texts.list.me : from ? displayName(from) : texts.list.noSender}</b>
        <span className="clip grow">{member.preview}</span>
        <time className="meta" dateTime={member.receivedAt}>
          {listTime(new Date(member.receivedAt), new Date(), language)}
        </time>
      </button>
    );
  }

  return (
    <section className="reader" aria-label={row?.subject ?? texts.list.noSubject}>
      <ReaderToolbar
        app={app}
        mailId={newest?.id ?? mailId}
        menus={menus}
        shortcuts={shortcuts}
        onAnswer={kind => newest && onAnswer(kind, newest.id)}
      />
      <div className="reader-body" ref={body} data-testid="reader">
        <h2>
          {row?.subject?.trim() || texts.list.noSubject}{' '}
          <LabelChips labels={store.personal.labelsOf(row?.keywords ?? {})} />
        </h2>
        <div className="thread">
          {(members.length > 0 ? members : [{ id: mailId }]).map(member =>
            'threadId' in member && !openIds.has(member.id) ? (
              folded(member)
            ) : (
              <MessageView
                // The mail that was asked for stands in the same place as the one before it, and in its frame: from before
                // it is read.
                key={member.id === mailId ? 'asked' : member.id}
                app={app}
                mailId={member.id}
                dark={dark}
                onKey={shortcuts.handle}
                onWrite={onWrite}
                {...(members.length > 1
                  ? { onFold: () => setOpenIds(new Set([...openIds].filter(id => id !== member.id))) }
                  : {})}
              />
            ),
          )}
        </div>
      </div>
      {sender && newest && (
        <footer className="quick-reply">
          <button type="button" className="field" onClick={() => onAnswer('reply', newest.id)}>
            {texts.mail.quickReply(displayName(sender))}
          </button>
          <button type="button" className="button" onClick={() => onAnswer('replyAll', newest.id)}>
            {texts.mail.replyAll}
          </button>
        </footer>
      )}
    </section>
  );
}
