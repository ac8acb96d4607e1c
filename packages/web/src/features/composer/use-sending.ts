import { useEffect, useRef, useState } from 'react';
import { explain, type MailApp } from '../../app/mail-app.ts';
import { JmapError } from '../../jmap/client.ts';
import { isOffline } from '../../jmap/offline/pending.ts';
import { readerTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { worthAsking } from './checks/before-sending.tsx';
import { type Finding, forgetsFile, sizeOf } from './checks/checks.ts';
import type { DraftContent } from './draft.ts';
import { callBack, type Sent, submit, submitted } from './outbox.ts';
import type { DraftHandle } from './use-draft.ts';
import type { Drafts } from './windows/use-drafts.ts';

type QuestionKind = 'subject' | 'file' | 'checks';

/** What is asked before the mail leaves, and when it was to leave; null: now. */
interface Question {
  readonly kind: QuestionKind;
  readonly sendAt: Date | null;
}

/** An attempt whose answer never came. */
interface Attempt {
  readonly emailId: string;
  readonly content: DraftContent;
  readonly sendAt: Date | null;
}

interface SendingContext {
  readonly app: MailApp;
  readonly handle: DraftHandle;
  readonly drafts: Drafts;
  readonly findings: readonly Finding[];
  /** Whether what was found stands beside the text. */
  readonly checksShown: boolean;
  /** What stands in a recipients' line and is no address yet. */
  readonly typed: () => string | undefined;
  /** Takes over what the editor holds. */
  readonly collect: () => void;
}

interface Sending {
  readonly sending: boolean;
  /** The mail leaves as soon as its files are there. */
  readonly waiting: boolean;
  /** It does not. */
  readonly holdBack: () => void;
  readonly question: Question | null;
  readonly problem: { readonly text: string; readonly about: DraftContent; readonly full: boolean } | null;
  readonly send: (asked: readonly QuestionKind[], sendAt?: Date | null) => Promise<void>;
  readonly warn: (text: string) => void;
  readonly ask: (question: Question | null) => void;
}

/** A copy that the last save has replaced is gone already. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof JmapError && error.code === 'notFound')) throw error;
}

/** Sending a draft: what stands in the way, what is asked first, undo, and an answer that gets lost (CMP-01, CMP-06). */
export function useSending(context: SendingContext): Sending {
  const { app, handle, drafts, findings, checksShown } = context;
  const { store, toasts } = app;
  const { current, flush, finish } = handle;
  const texts = useTexts();
  const language = useLanguage();
  const [question, setQuestion] = useState<Question | null>(null);
  const [sending, setSending] = useState(false);
  const [waiting, setWaiting] = useState<{ readonly sendAt: Date | null } | null>(null);
  const [problem, setProblem] = useState<Sending['problem']>(null);
  const unanswered = useRef<Attempt | null>(null);

  // It stands until the mail is changed, and covers nothing.
  const warn = (text: string, full: boolean = false): void =>
    setProblem({ text, about: current().content, full });

  /** What stands in the way of sending, in words; null: nothing. */
  function obstacle(): string | null {
    const now = current().content;
    const typed = context.typed();
    if (typed) return texts.compose.badRecipient(typed);
    if (!now.to.length && !now.cc.length && !now.bcc.length) return texts.compose.needRecipient;
    const failed = now.files.find(file => file.failed);
    if (failed) return texts.compose.failedUpload(failed.name);
    const limit = store.client.accountLimit(
      'urn:ietf:params:jmap:mail',
      'maxSizeAttachmentsPerEmail',
      50 * 1024 * 1024,
    );
    const size = sizeOf(now);
    return size > limit ? texts.compose.tooMuch(fileSize(size), fileSize(limit)) : null;
  }

  /** It is out of our hands: closes the draft and says so. */
  function left(sent: Sent, content: DraftContent, sendAt: Date | null): void {
    unanswered.current = null;
    finish();
    drafts.close(current().key);
    if (content.answers) void app.mark(content.answers.keyword, true, [content.answers.mailId]);
    void store.sync().catch(() => undefined);
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
      // Then nothing calls it back any more.
      next: { text: texts.compose.sent, stayMs: 4000 },
    });
  }

  /** Whether the attempt before has arrived after all. What was changed since becomes a draft of its own. */
  async function arrived(): Promise<boolean> {
    const attempt = unanswered.current;
    if (!attempt) return false;
    const sent = await submitted(store, attempt.emailId);
    if (sent && current().content === attempt.content) {
      left(sent, attempt.content, attempt.sendAt);
      return true;
    }
    unanswered.current = null;
    if (!sent) {
      // What was saved meanwhile has taken its place.
      if (current().serverId === null) handle.standsFor(attempt.emailId);
      else await store.destroy([attempt.emailId]).catch(ignoreGone);
      return false;
    }
    warn(texts.compose.leftBefore);
    return true;
  }

  async function attempt(sendAt: Date | null): Promise<void> {
    if (await arrived()) return;
    const { content } = current();
    const emailId = await flush();
    try {
      left(await submit(store, emailId, content, sendAt), content, sendAt);
    } catch (error) {
      if (!isOffline(error)) throw error;
      unanswered.current = { emailId, content, sendAt };
      // A save must not replace a mail that may lie in Sent.
      handle.standsFor(null);
      // The line may have broken only for a moment.
      if (!(await arrived())) throw error;
    }
  }

  async function send(asked: readonly QuestionKind[], sendAt: Date | null = null): Promise<void> {
    if (sending) return;
    context.collect();
    const now = current().content;
    const blocked = obstacle();
    if (blocked) return warn(blocked);
    setProblem(null);
    const ask = (kind: QuestionKind): void => setQuestion({ kind, sendAt });
    if (!now.subject.trim() && !asked.includes('subject')) return ask('subject');
    if (!checksShown && worthAsking(now, findings) && !asked.includes('checks')) return ask('checks');
    if (checksShown && forgetsFile(now) && !asked.includes('file')) return ask('file');
    setQuestion(null);
    if (now.files.some(file => file.uploading)) return setWaiting({ sendAt });
    // What it offers to undo is not this mail.
    toasts.hide();
    setSending(true);
    try {
      await attempt(sendAt);
    } catch (error) {
      if (isOffline(error)) warn(texts.compose.lost);
      else {
        // What could not be saved is not in Drafts.
        const told = handle.touched() ? texts.compose.failedHere : texts.compose.failed;
        warn(told(explain(error, texts)), error instanceof JmapError && error.code === 'overQuota');
      }
    } finally {
      setSending(false);
    }
  }

  // After each change of the draft: its files may all be there.
  useEffect(() => {
    if (!waiting || current().content.files.some(file => file.uploading)) return;
    setWaiting(null);
    void send(['subject', 'file', 'checks'], waiting.sendAt);
  });

  async function undo(sent: Sent): Promise<void> {
    try {
      if (await callBack(store, sent)) {
        drafts.open({ ...current(), serverId: sent.emailId });
        toasts.show({ text: texts.compose.cancelled, stayMs: 4000 });
      } else toasts.show({ text: texts.compose.tooLate, tone: 'error' });
      void store.sync().catch(() => undefined);
    } catch (error) {
      if (!isOffline(error)) return app.report(error);
      // There may still be time.
      toasts.show({
        text: texts.compose.undoLost,
        tone: 'error',
        action: { label: texts.done.retry, run: () => void undo(sent) },
      });
    }
  }

  const holdBack = (): void => setWaiting(null);
  return { sending, waiting: waiting !== null, holdBack, question, problem, send, warn, ask: setQuestion };
}
