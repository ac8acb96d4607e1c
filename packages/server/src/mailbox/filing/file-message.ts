import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { insertFiled } from '../../store/accounts/filed-rows.ts';
import type { MailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { insertMessage } from '../../store/accounts/message-rows.ts';
import { keywordText, storedFlags } from '../keywords.ts';
import type { MailboxLimits } from '../limits.ts';
import type { NewMessage } from '../types.ts';
import type { Tally } from './tally.ts';
import { assignThread } from './threading.ts';

/** Largest UID (RFC 9051 §9 `uniqueid`: 32 bits, not zero). */
const maxUid = 0xffff_ffff;

/** Throws `mailbox.limit` when a mailbox has fewer than `count` UIDs left. */
export function requireUids(mailbox: MailboxRow, count: number): void {
  if (mailbox.uidNext + count - 1 > maxUid) throw new MailError('mailbox.limit', { limit: 'uid' });
}

/** At most `chars` UTF-16 units, no half character at the end. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const short = text.slice(0, chars);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

/** What THREAD=REFERENCES goes by (RFC 5256 §3): References, else the first id of In-Reply-To; each on a line. */
export function referenceText(summary: Pick<MessageSummary, 'references' | 'inReplyTo'>): string {
  const { references, inReplyTo } = summary;
  return (references.length > 0 ? references : inReplyTo.slice(0, 1)).join('\n');
}

/** Files a new message under `uid`; the caller writes the tally and the quota. */
export async function fileMessage(
  tx: AccountTransaction,
  mailbox: MailboxRow,
  uid: number,
  message: NewMessage,
  tally: Tally,
  limits: MailboxLimits,
  now: number,
): Promise<void> {
  const { summary, blob, prefix } = message;
  const flags = await storedFlags(tx, message.flags, limits, true);
  const id = tx.takeMessageId();
  const threadId = await assignThread(tx, id, summary);
  const size = prefix.length + blob.size;
  await insertMessage(tx, id, {
    originId: null,
    threadId,
    blobHash: blob.hash,
    blobSize: blob.size,
    prefix,
    sentAt: summary.sentAt,
    sentOffset: summary.sentOffset,
    envelope: summary.envelope,
    structure: summary.bodyStructure,
    parts: summary.parts,
    preview: cut(summary.preview, limits.previewChars),
    referenceIds: referenceText(summary),
  });
  const modseq = tx.takeModseq('mail', 'mailbox', 'thread');
  await insertFiled(tx, mailbox.id, {
    uid,
    messageId: id,
    bits: flags.bits,
    keywords: keywordText(flags.keywords),
    modseq,
    createdModseq: modseq,
    receivedAt: message.receivedAt,
    savedAt: now,
    size,
    hasAttachment: summary.hasAttachment,
  });
  tally.count(flags.bits, size, 1);
}
