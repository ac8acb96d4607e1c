import { type ReactElement, useEffect, useState } from 'react';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import type { GetResponse, QueryResponse } from '../../../jmap/types.ts';
import { readerTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';

interface RecipientStatus {
  readonly smtpReply: string;
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown';
  readonly displayed: 'unknown' | 'yes';
}

interface Submission {
  readonly id: string;
  readonly sendAt: string;
  readonly undoStatus: 'pending' | 'final' | 'canceled';
  readonly deliveryStatus: Readonly<Record<string, RecipientStatus>> | null;
}

interface DeliveryDialogProps {
  readonly app: MailApp;
  readonly mailId: string;
  readonly onClose: () => void;
}

/** 投递情况: what became of a sent mail, recipient by recipient, in words that claim no more than is known. */
export function DeliveryDialog({ app, mailId, onClose }: DeliveryDialogProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.reading.delivery;
  const { client } = app.store;
  const [submissions, setSubmissions] = useState<readonly Submission[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let stale = false;
    setFailure(null);
    client
      .call([
        ['EmailSubmission/query', { filter: { emailIds: [mailId] } }],
        ['EmailSubmission/get', { '#ids': { resultOf: '0', name: 'EmailSubmission/query', path: '/ids' } }],
      ])
      .then(
        answers => {
          const [, got] = answers as unknown as readonly [
            readonly [string, QueryResponse, string],
            readonly [string, GetResponse<Submission>, string],
          ];
          if (!stale) setSubmissions(got[1].list);
        },
        (error: unknown) => {
          if (!stale) setFailure(error);
        },
      );
    return () => {
      stale = true;
    };
  }, [client, mailId, attempt]);

  const stateOf = (status: RecipientStatus): readonly [word: string, why: string, tone: string] => {
    if (status.displayed === 'yes') return [words.displayed, '', 'ok'];
    if (status.delivered === 'yes') return [words.delivered, '', 'ok'];
    if (status.delivered === 'no') return [words.failed, status.smtpReply, 'bad'];
    if (status.delivered === 'unknown') return [words.relayed, words.relayedWhy, 'ok'];
    return [words.queued, /^[45]/.test(status.smtpReply) ? status.smtpReply : words.queuedWhy, 'warn'];
  };
  const rows = (submissions ?? []).flatMap(submission =>
    Object.entries(submission.deliveryStatus ?? {}).map(
      ([email, status]) => [submission, email, status] as const,
    ),
  );
  const pending = submissions?.find(({ undoStatus }) => undoStatus === 'pending');
  const canceled = submissions?.length && submissions.every(({ undoStatus }) => undoStatus === 'canceled');

  return (
    <Dialog title={words.title} wide onClose={onClose}>
      <div className="delivery" aria-live="polite">
        {failure ? (
          <p role="alert">{explain(failure, texts)}</p>
        ) : submissions === null ? (
          <p className="meta">{texts.reading.files.loading}</p>
        ) : canceled ? (
          <p>{words.canceled}</p>
        ) : pending && new Date(pending.sendAt).getTime() > Date.now() ? (
          <p>{words.held(readerTime(new Date(pending.sendAt), new Date(), language, texts.list.today))}</p>
        ) : rows.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul>
            {rows.map(([submission, email, status]) => {
              const [word, why, tone] = stateOf(status);
              return (
                <li key={`${submission.id} ${email}`}>
                  <span className="clip grow" title={email}>
                    {email}
                  </span>
                  <span className={`delivery-state ${tone}`}>{word}</span>
                  {why && <span className="meta delivery-why">{why}</span>}
                </li>
              );
            })}
          </ul>
        )}
      </div>
      <div className="dialog-actions">
        <button type="button" className="button plain" onClick={() => setAttempt(attempt + 1)}>
          {words.refresh}
        </button>
        <button type="button" className="button" autoFocus onClick={onClose}>
          {texts.mail.close}
        </button>
      </div>
    </Dialog>
  );
}
