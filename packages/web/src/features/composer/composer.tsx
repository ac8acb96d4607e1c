import { lazy, type ReactElement, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { explain, type MailApp } from '../../app/mail-app.ts';
import type { Shortcuts } from '../../app/shortcuts.ts';
import { clockTime, readerTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import { parseInert } from '../../lib/inert-html.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconPaperclip, IconSend, IconTrash, IconX } from '../../ui/icons.ts';
import { AttachmentStrip } from './attachment-strip.tsx';
import { ComposerOptions } from './composer-options.tsx';
import type { Draft } from './draft.ts';
import { htmlToText, isWorthKeeping } from './draft.ts';
import { callBack, discardDraft, submit } from './outbox.ts';
import { RecipientsField } from './recipients-field.tsx';
import { useDraft } from './use-draft.ts';
import './composer.css';

const RichEditor = lazy(() => import('./editor.tsx'));

interface ComposerProps {
  readonly app: MailApp;
  readonly draft: Draft;
  readonly shortcuts: Shortcuts;
  readonly onClose: () => void;
  /** Opens a draft again: sending was undone. */
  readonly onReopen: (draft: Draft) => void;
}

const mentionsFile = /附件|附上|随信|attach(?:ed|ment)|enclosed/i;

type Question = 'subject' | 'file' | null;

/** Writing a mail: recipients, subject, rich text, files; saved as one writes, sent with undo (CMP-01 to CMP-03, CMP-07). */
export function Composer({ app, draft, shortcuts, onClose, onReopen }: ComposerProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const { store, toasts } = app;
  const tooLarge = useCallback(
    (limit: number) => toasts.show({ text: texts.compose.tooLarge(fileSize(limit)), tone: 'error' }),
    [toasts, texts],
  );
  const { content, state, change, addFiles, flush, touched, current, finish } = useDraft(
    store,
    draft,
    tooLarge,
  );
  const [more, setMore] = useState({ cc: content.cc.length > 0, bcc: content.bcc.length > 0 });
  const pending = useRef({ to: '', cc: '', bcc: '' });
  const [question, setQuestion] = useState<Question>(null);
  const [sending, setSending] = useState(false);
  const [over, setOver] = useState(false);
  // The editor owns its text; giving it another one means making it anew.
  const [body, setBody] = useState({ html: draft.content.html, version: 0 });
  const picker = useRef<HTMLInputElement>(null);
  const collect = useRef<(() => void) | null>(null);
  const colon = language === 'zh' ? '：' : ': ';

  const warn = (text: string): void => toasts.show({ text, tone: 'error' });

  async function send(asked: readonly Question[], sendAt: Date | null = null): Promise<void> {
    collect.current?.();
    const now = current().content;
    const typed = Object.values(pending.current).find(Boolean);
    if (typed) return warn(texts.compose.badRecipient(typed));
    if (!now.to.length && !now.cc.length && !now.bcc.length) return warn(texts.compose.needRecipient);
    if (!now.subject.trim() && !asked.includes('subject')) return setQuestion('subject');
    if (mentionsFile.test(now.text) && !now.files.some(file => file.cid === null) && !asked.includes('file'))
      return setQuestion('file');
    if (now.files.some(file => file.progress !== null)) return warn(texts.compose.uploading('…'));
    setQuestion(null);
    setSending(true);
    try {
      const emailId = await flush();
      const sent = await submit(store, emailId, now, sendAt);
      finish();
      onClose();
      if (now.answers) void app.mark(now.answers.keyword, true, [now.answers.mailId]);
      void store.sync();
      if (sent.heldSeconds === 0) {
        const text = sendAt
          ? texts.compose.scheduled(readerTime(sendAt, new Date(), language, texts.list.today))
          : texts.compose.sent;
        toasts.show({ text, stayMs: 5000 });
        return;
      }
      toasts.show({
        text: texts.compose.hold(sent.heldSeconds),
        stayMs: sent.heldSeconds * 1000,
        action: { label: texts.compose.undo, run: () => void undo(sent) },
      });
    } catch (error) {
      setSending(false);
      warn(texts.compose.failed(explain(error, texts)));
    }
  }

  async function undo(sent: Awaited<ReturnType<typeof submit>>): Promise<void> {
    try {
      if (await callBack(store, sent)) {
        onReopen({ ...current(), serverId: sent.emailId });
        toasts.show({ text: texts.compose.cancelled, stayMs: 4000 });
      } else warn(texts.compose.tooLate);
      void store.sync();
    } catch (error) {
      app.report(error);
    }
  }

  function close(): void {
    collect.current?.();
    onClose();
    if (touched() && isWorthKeeping(current().content))
      flush()
        .then(finish, () => undefined)
        .then(() => store.sync())
        .catch(() => undefined);
    else finish();
  }

  function discard(): void {
    finish();
    onClose();
    discardDraft(store, current())
      .then(() => toasts.show({ text: texts.compose.discarded, stayMs: 4000 }))
      .catch((error: unknown) => app.report(error));
  }

  const actions = useRef({ send, close, flush });
  actions.current = { send, close, flush };
  useEffect(
    () =>
      shortcuts.add(
        {
          'Ctrl+Enter': () => void actions.current.send([]),
          'Ctrl+s': () => {
            collect.current?.();
            actions.current.flush().catch(() => undefined);
          },
          Escape: () => actions.current.close(),
        },
        true,
      ),
    [shortcuts],
  );

  const drop = (event: React.DragEvent): void => {
    event.preventDefault();
    setOver(false);
    addFiles([...event.dataTransfer.files]);
  };
  const pasteFiles = (event: React.ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length && !event.clipboardData.types.includes('text/html')) {
      event.preventDefault();
      addFiles(files);
    }
  };
  const note =
    state.kind === 'saving'
      ? texts.compose.saving
      : state.kind === 'local'
        ? texts.compose.savedLocal
        : state.kind === 'server'
          ? texts.compose.savedServer(clockTime(state.at, language))
          : '';

  return (
    <section
      className={over ? 'composer over' : 'composer'}
      aria-label={texts.compose.title}
      onDragOver={event => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onPaste={pasteFiles}
    >
      <div className="composer-bar" role="toolbar" aria-label={texts.compose.title}>
        <button type="button" className="button primary" disabled={sending} onClick={() => void send([])}>
          <IconSend className="icon" size={18} />
          {texts.compose.send}
        </button>
        <kbd className="key">Ctrl ↵</kbd>
        <ComposerOptions
          app={app}
          content={content}
          onChange={change}
          onBody={html => {
            change({ html, text: htmlToText(html) });
            setBody({ html, version: body.version + 1 });
          }}
          current={() => {
            collect.current?.();
            return current().content;
          }}
          onSchedule={at => void send([], at)}
        />
        <button type="button" className="button plain" onClick={discard}>
          <IconTrash className="icon" size={18} />
          {texts.compose.discard}
        </button>
        <span className="meta grow save-note" role="status">
          {note}
        </span>
        <button type="button" className="button plain" onClick={close}>
          <IconX className="icon" size={18} />
          {texts.compose.close}
        </button>
      </div>
      <div className="composer-lines">
        {store.identities.length > 1 && (
          <div className="compose-line">
            <label htmlFor="compose-from">{texts.compose.from}</label>
            <select
              id="compose-from"
              value={content.identityId}
              onChange={event => change({ identityId: event.target.value })}
            >
              {store.identities.map(identity => (
                <option key={identity.id} value={identity.id}>
                  {identity.name ? `${identity.name} <${identity.email}>` : identity.email}
                </option>
              ))}
            </select>
          </div>
        )}
        <RecipientsField
          store={store}
          label={texts.compose.to}
          value={content.to}
          autoFocus={content.to.length === 0}
          onChange={to => change({ to })}
          onPending={text => {
            pending.current.to = text;
          }}
          tail={
            <span className="compose-more">
              {!more.cc && (
                <button type="button" className="link" onClick={() => setMore({ ...more, cc: true })}>
                  {texts.compose.cc}
                </button>
              )}
              {!more.bcc && (
                <button type="button" className="link" onClick={() => setMore({ ...more, bcc: true })}>
                  {texts.compose.bcc}
                </button>
              )}
            </span>
          }
        />
        {(['cc', 'bcc'] as const).map(
          field =>
            more[field] && (
              <RecipientsField
                key={field}
                store={store}
                label={texts.compose[field]}
                value={content[field]}
                onChange={value => change({ [field]: value })}
                onPending={text => {
                  pending.current[field] = text;
                }}
              />
            ),
        )}
        <div className="compose-line">
          <label htmlFor="compose-subject">{texts.compose.subject}</label>
          <input
            id="compose-subject"
            className="strong"
            value={content.subject}
            maxLength={900}
            autoComplete="off"
            onChange={event => change({ subject: event.target.value })}
          />
        </div>
      </div>
      <Suspense fallback={<div className="editor" />}>
        <RichEditor
          key={body.version}
          html={body.html}
          autoFocus={content.to.length > 0}
          collect={collect}
          onChange={(html, text) => change({ html, text })}
        />
      </Suspense>
      {content.quote && (
        <div className="quote">
          <details>
            <summary>{content.quote.head.split('\n')[0]}</summary>
            <QuotePreview html={content.quote.html} />
          </details>
          <button
            type="button"
            className="link"
            onClick={() => change({ quote: null, files: content.files.filter(file => file.cid === null) })}
          >
            {texts.compose.removeQuote}
          </button>
        </div>
      )}
      <AttachmentStrip
        files={content.files}
        onRemove={key => change(before => ({ files: before.files.filter(file => file.key !== key) }))}
      >
        <button type="button" className="button" onClick={() => picker.current?.click()}>
          <IconPaperclip className="icon" size={18} />
          {texts.compose.attach}
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={`${texts.compose.attach}${colon}`}
          onChange={event => {
            addFiles([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </AttachmentStrip>
      {over && <div className="drop-here">{texts.compose.drop}</div>}
      {question && (
        <Confirm
          question={question === 'subject' ? texts.compose.noSubject : texts.compose.forgotFile}
          verb={texts.compose.sendAnyway}
          cancel={texts.compose.close}
          danger={false}
          onClose={() => setQuestion(null)}
          onConfirm={() => void send(question === 'subject' ? ['subject'] : ['subject', 'file'])}
        />
      )}
    </section>
  );
}

/** The quoted mail as text: pictures and colours come with the mail itself. */
function QuotePreview({ html }: { html: string }): ReactElement {
  const text = parseInert(html).body.textContent ?? '';
  return <blockquote className="quote-text">{text.trim().slice(0, 4000)}</blockquote>;
}
