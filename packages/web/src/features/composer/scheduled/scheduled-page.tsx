import '../../home/home.css';
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import { useObserved } from '../../../jmap/observable.ts';
import { displayName } from '../../../lib/addresses.ts';
import { readerTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { Formation } from '../../../ui/mark.tsx';
import { callBack } from '../outbox.ts';
import { ScheduleDialog } from '../schedule-dialog.tsx';
import { readScheduled, type Scheduled, sendAgain } from './scheduled.ts';
import './scheduled.css';

/** 定时发送: what waits for its time; cancel, change the time, send now (CMP-06, CMP-13). */
export function ScheduledPage({ app }: { readonly app: MailApp }): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.compose.scheduledPage;
  const store = useObserved(app.store);
  const [waiting, setWaiting] = useState<readonly Scheduled[] | null>(null);
  const [changing, setChanging] = useState<Scheduled | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);

  const load = useCallback(async (): Promise<void> => {
    try {
      setWaiting(await readScheduled(store));
      setProblem('');
    } catch (error) {
      setProblem(explain(error, texts));
    }
  }, [store, texts]);
  useEffect(() => void load(), [load]);
  // What has left by itself goes from the list at its time.
  const next = waiting?.[0]?.submission.sendAt;
  useEffect(() => {
    if (!next) return undefined;
    const left = Math.min(Math.max(Date.parse(next) - Date.now(), 0) + 1000, 2 ** 31 - 1);
    const timer = setTimeout(() => void load(), left);
    return () => clearTimeout(timer);
  }, [next, load]);

  async function act(one: Scheduled, work: () => Promise<boolean>, told: string): Promise<void> {
    setBusy(one.submission.id);
    try {
      if (await work()) app.toasts.show({ text: told, stayMs: 5000 });
      else app.toasts.show({ text: texts.compose.tooLate, tone: 'error' });
      await Promise.all([load(), store.sync()]);
    } catch (error) {
      app.report(error);
      await load();
    } finally {
      setBusy(null);
      // The button that was pressed is gone.
      heading.current?.focus();
    }
  }

  const cancel = (one: Scheduled): Promise<void> =>
    act(
      one,
      () =>
        callBack(store, {
          submissionId: one.submission.id,
          emailId: one.submission.emailId,
          heldSeconds: 0,
        }),
      words.cancelled,
    );
  const maxDelay = store.client.submission('maxDelayedSend');
  return (
    <section className="home tool-page" aria-label={words.title}>
      <h1 ref={heading} tabIndex={-1}>
        {words.title}
      </h1>
      <p className="meta">{words.hint}</p>
      {problem && (
        <p className="notice bad" role="alert">
          {problem}{' '}
          <button type="button" className="link" onClick={() => void load()}>
            {texts.done.retry}
          </button>
        </p>
      )}
      {waiting?.length === 0 && (
        <div className="empty">
          <Formation width={180} />
          <p>{words.none}</p>
        </div>
      )}
      <ul className="scheduled-list">
        {waiting?.map(one => {
          const { submission, email } = one;
          const subject = email?.subject?.trim() || texts.list.noSubject;
          const people = email?.to?.length
            ? email.to.map(displayName).join(', ')
            : submission.envelope.rcptTo.map(recipient => recipient.email).join(', ');
          const time = readerTime(new Date(submission.sendAt), new Date(), language, texts.list.today);
          return (
            <li key={submission.id} className="scheduled-row">
              <div className="grow clip">
                <div className="clip strong">{subject}</div>
                <div className="meta clip">{texts.list.to(people)}</div>
                <div className="meta">
                  <time dateTime={submission.sendAt}>{words.leaves(time)}</time>
                </div>
              </div>
              <div className="row scheduled-actions" role="group" aria-label={subject}>
                <button
                  type="button"
                  className="button"
                  disabled={busy !== null}
                  onClick={() => setChanging(one)}
                >
                  {words.change}
                </button>
                <button
                  type="button"
                  className="button"
                  disabled={busy !== null}
                  onClick={() => void act(one, () => sendAgain(store, one, null), texts.compose.sent)}
                >
                  {words.now}
                </button>
                <button
                  type="button"
                  className="button plain"
                  disabled={busy !== null}
                  onClick={() => void cancel(one)}
                >
                  {words.cancel}
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      {changing && (
        <ScheduleDialog
          maxDelaySeconds={typeof maxDelay === 'number' ? maxDelay : 0}
          onClose={() => setChanging(null)}
          onChoose={at => {
            const one = changing;
            setChanging(null);
            void act(
              one,
              () => sendAgain(store, one, at),
              texts.compose.scheduled(readerTime(at, new Date(), language, texts.list.today)),
            );
          }}
        />
      )}
    </section>
  );
}
