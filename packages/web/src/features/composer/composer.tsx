import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Shortcuts } from '../../app/keys/shortcuts.ts';
import type { MailApp } from '../../app/mail-app.ts';
import { useMedia } from '../../app/use-media.ts';
import { JmapError } from '../../jmap/client.ts';
import { clockTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import { parseInert } from '../../lib/inert-html.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconPaperclip } from '../../ui/icons.ts';
import { AttachmentStrip } from './attachment-strip.tsx';
import { BeforeSending } from './checks/before-sending.tsx';
import { ChecksPanel, useFindings } from './checks/checks-panel.tsx';
import { ComposerBar } from './composer-bar.tsx';
import { ComposerLines } from './composer-lines.tsx';
import type { Draft } from './draft.ts';
import { htmlToText, isWorthKeeping } from './draft.ts';
import { LaterEditor } from './editor/later-editor.tsx';
import type { UploadTrouble } from './keeping/use-uploads.ts';
import { discardDraft } from './outbox.ts';
import { useDraft } from './use-draft.ts';
import { useSending } from './use-sending.ts';
import type { DraftMode, Drafts } from './windows/use-drafts.ts';
import './composer.css';
import './windows/windows.css';

interface ComposerProps {
  readonly app: MailApp;
  readonly draft: Draft;
  readonly mode: DraftMode;
  readonly drafts: Drafts;
  readonly shortcuts: Shortcuts;
}

/** Writing a mail: recipients, subject, rich text, files; saved as one writes, sent with undo (CMP-01 to CMP-03, CMP-11). */
export function Composer({ app, draft, mode, drafts, shortcuts }: ComposerProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const { store, toasts } = app;
  const trouble = useCallback(
    (what: UploadTrouble) =>
      toasts.show({
        text:
          what.kind === 'lost'
            ? texts.compose.lostFile(what.name)
            : texts.compose.tooLarge(fileSize(what.limit)),
        tone: 'error',
      }),
    [toasts, texts],
  );
  const handle = useDraft(store, draft, trouble);
  const { content, state, change, addFiles, flush, touched, current, finish } = handle;
  const pending = useRef({ to: '', cc: '', bcc: '' });
  const [over, setOver] = useState(false);
  // The editor owns its text; giving it another one means making it anew.
  const [body, setBody] = useState({ html: draft.content.html, version: 0 });
  const picker = useRef<HTMLInputElement>(null);
  const section = useRef<HTMLElement>(null);
  const collect = useRef<(() => void) | null>(null);
  const wide = useMedia('(min-width: 1200px)');
  const checksShown = wide && mode === 'full';
  const findings = useFindings(store, content);
  const look = store.personal.settings;

  const leave = (): void => drafts.close(draft.key);
  const { tell } = drafts;
  const worthKeeping = isWorthKeeping(content);
  useEffect(
    () => tell(draft.key, { subject: content.subject.trim(), worthKeeping }),
    [tell, draft.key, content.subject, worthKeeping],
  );

  const { sending, waiting, holdBack, question, problem, send, warn, ask } = useSending({
    app,
    handle,
    drafts,
    findings,
    checksShown,
    typed: () => Object.values(pending.current).find(Boolean),
    collect: () => collect.current?.(),
  });

  useEffect(() => {
    if (!sending && !waiting) return undefined;
    // Who has pressed 发送 takes the mail for sent: the browser asks before the page goes.
    const warnToStay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warnToStay);
    return () => removeEventListener('beforeunload', warnToStay);
  }, [sending, waiting]);

  function close(): void {
    collect.current?.();
    holdBack();
    if (handle.uploading()) {
      // It would go to Drafts without them.
      drafts.setMode(draft.key, 'mini');
      toasts.show({ text: texts.compose.uploadingAway });
      return;
    }
    leave();
    if (touched() && isWorthKeeping(current().content))
      flush()
        .then(finish, () => undefined)
        .then(() => store.sync())
        .catch(() => undefined);
    else finish();
  }

  function discard(): void {
    finish();
    leave();
    discardDraft(store, current())
      .then(() => toasts.show({ text: texts.compose.discarded, stayMs: 4000 }))
      .catch((error: unknown) => app.report(error));
  }

  const actions = useRef({ send, close, flush });
  actions.current = { send, close, flush };
  useEffect(() => {
    if (mode === 'mini') return undefined;
    // In a window the keys are the composer's only while it has the focus.
    const mine = (): boolean =>
      mode === 'full' || (section.current?.contains(document.activeElement) ?? false);
    return shortcuts.add(
      {
        'Ctrl+Enter': () => (mine() ? void actions.current.send([]) : false),
        'Ctrl+s': () => {
          if (!mine()) return false;
          collect.current?.();
          actions.current.flush().catch(() => undefined);
          return true;
        },
        Escape: () => (mine() ? actions.current.close() : false),
      },
      mode === 'full',
    );
  }, [shortcuts, mode]);
  // Taken up again: the focus goes where one writes.
  const before = useRef(mode);
  useEffect(() => {
    const back = before.current === 'mini' && mode !== 'mini';
    before.current = mode;
    if (!back) return;
    const area = section.current?.querySelector<HTMLElement>('.editor-area');
    (current().content.to.length
      ? area
      : section.current?.querySelector<HTMLElement>('.recipient-input input')
    )?.focus();
  }, [mode, current]);

  const drop = (event: React.DragEvent): void => {
    event.preventDefault();
    setOver(false);
    addFiles([...event.dataTransfer.files]);
  };
  const pasteFiles = (event: React.ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length && !event.defaultPrevented && !event.clipboardData.types.includes('text/html')) {
      event.preventDefault();
      addFiles(files);
    }
  };
  const note = sending
    ? texts.compose.sending
    : state.kind === 'saving'
      ? texts.compose.saving
      : state.kind === 'local'
        ? notSaved(state, texts)
        : state.kind === 'server'
          ? texts.compose.savedServer(clockTime(state.at, language))
          : '';

  return (
    <section
      ref={section}
      className={`composer ${mode}${over ? ' over' : ''}`}
      hidden={mode === 'mini'}
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
      <ComposerBar
        app={app}
        content={content}
        sending={sending}
        note={note}
        alarming={state.kind === 'local'}
        mode={mode}
        onMode={next => drafts.setMode(draft.key, next)}
        onSend={at => void send([], at)}
        onChange={change}
        onBody={html => {
          change({ html, text: htmlToText(html) });
          setBody({ html, version: body.version + 1 });
        }}
        current={() => {
          collect.current?.();
          return current().content;
        }}
        onDiscard={discard}
        onClose={close}
      />
      {waiting && (
        <p className="notice" role="status">
          {texts.compose.stillUploading}{' '}
          <button type="button" className="link" onClick={holdBack}>
            {texts.compose.holdBack}
          </button>
        </p>
      )}
      {problem && problem.about === content && (
        <p className="notice bad" role="alert">
          {problem.text}{' '}
          {problem.full && (
            <button
              type="button"
              className="link"
              onClick={() => {
                drafts.leave();
                app.visit('cleanup');
              }}
            >
              {texts.pages.space.clean}
            </button>
          )}
        </p>
      )}
      <div className="composer-panes">
        <div className="composer-main">
          <ComposerLines
            app={app}
            content={content}
            onChange={change}
            onPending={(field, text) => {
              pending.current[field] = text;
            }}
          />
          <LaterEditor
            key={body.version}
            html={body.html}
            look={look}
            autoFocus={content.to.length > 0}
            collect={collect}
            onChange={(html, text) => change({ html, text })}
            onPicture={file =>
              handle.addPicture(file).catch((error: unknown) => {
                warn(texts.compose.pictureFailed);
                throw error;
              })
            }
          />
          {content.quote && (
            <div className="quote">
              <details>
                <summary>{content.quote.head.split('\n')[0]}</summary>
                <QuotePreview html={content.quote.html} />
              </details>
              <button type="button" className="link" onClick={() => change({ quote: null })}>
                {texts.compose.removeQuote}
              </button>
            </div>
          )}
          <AttachmentStrip
            files={content.files}
            shares={handle.shares}
            onRemove={handle.removeFile}
            onRetry={handle.retryFile}
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
              aria-label={texts.compose.attach}
              onChange={event => {
                addFiles([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
          </AttachmentStrip>
        </div>
        {checksShown && <ChecksPanel findings={findings} />}
      </div>
      {over && <div className="drop-here">{texts.compose.drop}</div>}
      {question?.kind === 'checks' && (
        <BeforeSending
          findings={findings}
          onClose={() => ask(null)}
          onSend={() => void send(['subject', 'checks'], question.sendAt)}
        />
      )}
      {question && question.kind !== 'checks' && (
        <Confirm
          question={question.kind === 'subject' ? texts.compose.noSubject : texts.compose.forgotFile}
          verb={texts.compose.sendAnyway}
          cancel={texts.compose.checks.back}
          danger={false}
          onClose={() => ask(null)}
          onConfirm={() => void send(['subject', question.kind], question.sendAt)}
        />
      )}
    </section>
  );
}

/** Where the draft is when it is not on the server. */
function notSaved(state: { readonly kept: boolean; readonly why: unknown }, texts: MailPhrases): string {
  const words = texts.compose;
  if (!state.kept) return words.savedNowhere;
  const full = state.why instanceof JmapError && state.why.code === 'overQuota';
  return full ? words.savedLocalFull : words.savedLocal;
}

/** The quoted mail as text: pictures and colours come with the mail itself. */
function QuotePreview({ html }: { html: string }): ReactElement {
  // A newsletter is long, and this is drawn at every key.
  const text = useMemo(() => parseInert(html).body.textContent ?? '', [html]);
  return <blockquote className="quote-text">{text.trim().slice(0, 4000)}</blockquote>;
}
