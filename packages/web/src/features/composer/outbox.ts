import { setError } from '../../jmap/client.ts';
import type { MailStore } from '../../jmap/mail-store.ts';
import type { GetResponse, QueryResponse, SetResponse } from '../../jmap/types.ts';
import { type Draft, type DraftContent, messageIdOf, toEmail } from './draft.ts';
import { forgetLocally } from './keeping/local-drafts.ts';

/** Mail that waits for its time lies in a folder of its own. */
export const scheduledCapability = 'urn:hongyan:params:jmap:scheduled';

/**
 * Puts the draft into Drafts and removes the copy before it. Returns the new id. A draft `inDoubt` may have left a copy that
 * nobody heard of: it is looked for by its Message-ID, and replaced, too.
 */
export function saveDraft(store: MailStore, draft: Draft): Promise<string> {
  return store.draftVersions.save(draft.serverId, () => replaceDraft(store, draft));
}

async function replaceDraft(store: MailStore, draft: Draft): Promise<string> {
  const drafts = store.mailboxByRole('drafts');
  const identity = store.identities.find(({ id }) => id === draft.content.identityId) ?? store.identities[0];
  if (!drafts || !identity) throw new Error('no drafts folder');
  const before = new Set(draft.serverId ? [draft.serverId] : []);
  if (draft.inDoubt) {
    const unheard = await store.client.one<QueryResponse>('Email/query', {
      filter: { inMailbox: drafts.id, header: ['Message-ID', `"${draft.key}."`] },
    });
    for (const id of unheard.ids) before.add(id);
  }
  const answer = await store.client.one<SetResponse>('Email/set', {
    create: {
      draft: {
        ...toEmail(
          draft.content,
          { name: identity.name || null, email: identity.email },
          drafts.id,
          store.personal.settings.replyTo,
          store.personal.settings,
        ),
        messageId: [messageIdOf(draft.key, identity.email)],
      },
    },
    ...(before.size ? { destroy: [...before] } : {}),
  });
  const error = setError(answer.notCreated);
  if (error) throw error;
  const id = answer.created?.['draft']?.id;
  if (!id) throw new Error('no id');
  return id;
}

export async function discardDraft(store: MailStore, draft: Draft): Promise<void> {
  forgetLocally(store, draft.key);
  if (draft.serverId) await store.destroy([draft.serverId]);
}

export interface Sent {
  readonly submissionId: string;
  readonly emailId: string;
  /** Seconds the server holds the mail, so that it can be called back; 0: it has left. */
  readonly heldSeconds: number;
}

function recipientsOf(content: DraftContent): string[] {
  return [...new Set([...content.to, ...content.cc, ...content.bcc].map(({ email }) => email))];
}

/**
 * Sends a saved draft (RFC 8621 §7.5): the server moves it to Sent when it has been submitted. Where the server can hold
 * mail (RFC 4865), it waits there for as long as the settings say, or until `sendAt` (CMP-06): closing this window
 * neither loses nor stops it.
 */
export async function submit(
  store: MailStore,
  emailId: string,
  content: DraftContent,
  sendAt: Date | null,
): Promise<Sent> {
  const identity = store.identities.find(({ id }) => id === content.identityId) ?? store.identities[0];
  const drafts = store.mailboxByRole('drafts');
  const sent = store.mailboxByRole('sent');
  if (!identity || !drafts) throw new Error('no identity');
  const maxDelay = store.client.submission('maxDelayedSend');
  const { undoSeconds, saveSent } = store.personal.settings;
  const holds = typeof maxDelay === 'number' && maxDelay >= undoSeconds && undoSeconds > 0;
  const parameters = sendAt
    ? { HOLDUNTIL: sendAt.toISOString().replace(/\.\d+Z$/, 'Z') }
    : holds
      ? { HOLDFOR: `${undoSeconds}` }
      : null;
  const keep = saveSent || sendAt !== null;
  const waits = sendAt ? onSend(store) : null;
  const update: Record<string, unknown> = { 'keywords/$draft': null, [`mailboxIds/${drafts.id}`]: null };
  if (sent && keep) update[`mailboxIds/${sent.id}`] = true;
  const answer = await store.client.one<SetResponse>('EmailSubmission/set', {
    create: {
      submission: {
        identityId: identity.id,
        emailId,
        envelope: {
          mailFrom: { email: identity.email, parameters },
          rcptTo: recipientsOf(content).map(email => ({ email, parameters: null })),
        },
        ...(waits && { onSend: waits }),
      },
    },
    // Without a copy in Sent (SET-10) the draft goes once the mail is in the queue.
    ...(waits
      ? {}
      : keep
        ? { onSuccessUpdateEmail: { '#submission': update } }
        : { onSuccessDestroyEmail: ['#submission'] }),
  });
  const error = setError(answer.notCreated);
  if (error) throw error;
  const submissionId = answer.created?.['submission']?.id;
  if (!submissionId) throw new Error('no id');
  return { submissionId, emailId, heldSeconds: sendAt || !keep ? 0 : holds ? undoSeconds : 0 };
}

/**
 * What became of a mail whose sending was never answered: the line broke after the request had gone out. Null: it was not
 * submitted. Sending such a mail again without asking would send it twice.
 */
export async function submitted(store: MailStore, emailId: string): Promise<Sent | null> {
  const answers = await store.client.call([
    ['EmailSubmission/query', { filter: { emailIds: [emailId] } }],
    [
      'EmailSubmission/get',
      {
        '#ids': { resultOf: '0', name: 'EmailSubmission/query', path: '/ids' },
        properties: ['id', 'undoStatus', 'sendAt'],
      },
    ],
  ]);
  const { list } = (answers[1]?.[1] ?? { list: [] }) as unknown as GetResponse<{
    id: string;
    undoStatus: string;
    sendAt: string;
  }>;
  const found = list.find(({ undoStatus }) => undoStatus !== 'canceled');
  if (!found) return null;
  const left = found.undoStatus === 'pending' ? (Date.parse(found.sendAt) - Date.now()) / 1000 : 0;
  const { undoSeconds } = store.personal.settings;
  return {
    submissionId: found.id,
    emailId,
    heldSeconds: left > 0 && left <= undoSeconds ? Math.ceil(left) : 0,
  };
}

/** Where a mail goes once its time has come; null where the server has no folder for what waits. */
export function onSend(store: MailStore): { readonly mailboxIds: Readonly<Record<string, true>> } | null {
  const sent = store.mailboxByRole('sent');
  return sent && store.client.offers(scheduledCapability) ? { mailboxIds: { [sent.id]: true } } : null;
}

/** Calls a held mail back and puts it into Drafts again. False when it has left already. */
export async function callBack(store: MailStore, sent: Sent): Promise<boolean> {
  const answer = await store.client.one<SetResponse>('EmailSubmission/set', {
    update: { [sent.submissionId]: { undoStatus: 'canceled' } },
  });
  // Called back before, by a request whose answer got lost, is called back as well.
  if (setError(answer.notUpdated) && (await undoStatus(store, sent)) !== 'canceled') return false;
  await backToDrafts(store, sent.emailId);
  return true;
}

async function undoStatus(store: MailStore, { submissionId }: Sent): Promise<string | undefined> {
  const { list } = await store.client.one<GetResponse<{ id: string; undoStatus: string }>>(
    'EmailSubmission/get',
    { ids: [submissionId], properties: ['id', 'undoStatus'] },
  );
  return list[0]?.undoStatus;
}

/** How a mail that has left is filed: read, in Sent alone. */
export function sentPatch(store: MailStore): Record<string, unknown> {
  const sent = store.mailboxByRole('sent');
  return {
    'keywords/$draft': null,
    'keywords/$seen': true,
    ...(sent && { mailboxIds: { [sent.id]: true } }),
  };
}

/** Files a mail that was not sent after all as a draft. */
export async function backToDrafts(store: MailStore, emailId: string): Promise<void> {
  const drafts = store.mailboxByRole('drafts');
  const sentBox = store.mailboxByRole('sent');
  const patch: Record<string, true | null> = { 'keywords/$draft': true };
  if (drafts) patch[`mailboxIds/${drafts.id}`] = true;
  if (sentBox) patch[`mailboxIds/${sentBox.id}`] = null;
  await store.patch(new Map([[emailId, patch]]));
}
