import { setError } from '../../../jmap/client.ts';
import type { MailStore } from '../../../jmap/mail-store.ts';
import type { EmailRow, GetResponse, QueryResponse, SetResponse } from '../../../jmap/types.ts';
import { backToDrafts, onSend, sentPatch } from '../outbox.ts';

interface Envelope {
  readonly mailFrom: { readonly email: string; readonly parameters: Readonly<Record<string, string>> | null };
  readonly rcptTo: readonly { readonly email: string }[];
}

interface Submission {
  readonly id: string;
  readonly identityId: string;
  readonly emailId: string;
  readonly sendAt: string;
  readonly undoStatus: 'pending' | 'final' | 'canceled';
  readonly envelope: Envelope;
}

/** A mail that waits for its time (CMP-06). */
export interface Scheduled {
  readonly submission: Submission;
  readonly email: EmailRow | undefined;
}

/** How long "send now" is held. */
const graceSeconds = 3;

/** The mails that wait to be sent, the next one first. */
export async function readScheduled(store: MailStore): Promise<readonly Scheduled[]> {
  const [, submissions, emails] = (await store.client.call([
    [
      'EmailSubmission/query',
      {
        filter: { undoStatus: 'pending' },
        sort: [{ property: 'sendAt', isAscending: true }],
        limit: 500,
      },
    ],
    [
      'EmailSubmission/get',
      {
        '#ids': { resultOf: '0', name: 'EmailSubmission/query', path: '/ids' },
        properties: ['id', 'identityId', 'emailId', 'sendAt', 'undoStatus', 'envelope'],
      },
    ],
    [
      'Email/get',
      {
        '#ids': { resultOf: '1', name: 'EmailSubmission/get', path: '/list/*/emailId' },
        properties: [
          'id',
          'threadId',
          'mailboxIds',
          'keywords',
          'from',
          'to',
          'subject',
          'receivedAt',
          'size',
          'preview',
          'hasAttachment',
        ],
      },
    ],
  ])) as unknown as readonly [
    readonly [string, QueryResponse, string],
    readonly [string, GetResponse<Submission>, string],
    readonly [string, GetResponse<EmailRow>, string],
  ];
  const byId = new Map(emails[1].list.map(email => [email.id, email]));
  const now = Date.now();
  return submissions[1].list
    .filter(({ sendAt }) => Date.parse(sendAt) > now)
    .sort((a, b) => a.sendAt.localeCompare(b.sendAt))
    .map(submission => ({ submission, email: byId.get(submission.emailId) }));
}

/**
 * Sends a waiting mail at another time, or now (`null`): the submission is called back and made again, in one request, so
 * that a line that breaks cannot leave the mail without either. False: its time had come. When the second step is refused
 * the mail goes back to Drafts and the failure is thrown.
 */
export async function sendAgain(
  store: MailStore,
  { submission }: Scheduled,
  at: Date | null,
): Promise<boolean> {
  const waits = at ? onSend(store) : null;
  const again = {
    identityId: submission.identityId,
    emailId: submission.emailId,
    envelope: {
      mailFrom: {
        email: submission.envelope.mailFrom.email,
        // Also what leaves now can be called back for a moment: the first one may have left meanwhile.
        parameters: at
          ? { HOLDUNTIL: at.toISOString().replace(/\.\d+Z$/, 'Z') }
          : { HOLDFOR: `${graceSeconds}` },
      },
      rcptTo: submission.envelope.rcptTo.map(({ email }) => ({ email, parameters: null })),
    },
    ...(waits && { onSend: waits }),
  };
  const filing = waits ? {} : { onSuccessUpdateEmail: { '#again': sentPatch(store) } };
  const [called, made] = (await store.client.call([
    ['EmailSubmission/set', { update: { [submission.id]: { undoStatus: 'canceled' } } }],
    ['EmailSubmission/set', { create: { again }, ...filing }],
  ])) as unknown as readonly [readonly [string, SetResponse, string], readonly [string, SetResponse, string]];
  const error = setError(made[1].notCreated);
  if (setError(called[1].notUpdated)) {
    // It had left already: once is enough.
    const second = made[1].created?.['again']?.id;
    if (second) {
      await store.client.one<SetResponse>('EmailSubmission/set', {
        update: { [second]: { undoStatus: 'canceled' } },
        onSuccessUpdateEmail: { [second]: sentPatch(store) },
      });
    }
    return false;
  }
  if (error) {
    await backToDrafts(store, submission.emailId);
    throw error;
  }
  return true;
}
