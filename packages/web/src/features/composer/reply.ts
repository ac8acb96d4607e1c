import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import type { PersonalStore } from '../../jmap/personal-store.ts';
import type { Address, EmailFull, Identity } from '../../jmap/types.ts';
import { displayName, fullAddress } from '../../lib/addresses.ts';
import { readerTime } from '../../lib/dates.ts';
import type { Language } from '../../lib/language.ts';
import { sanitizeHtml } from '../reader/sanitize.ts';
import { beginning, type DraftContent, emptyContent, filesOf } from './draft.ts';

export type ReplyKind = 'reply' | 'replyAll' | 'forward';

/** `Re:` and `Fwd:` once, whatever stood there before, in the forms other programs write. */
export function answerSubject(subject: string, kind: ReplyKind, prefix: 'en' | 'zh' = 'en'): string {
  const bare = subject
    .replace(/^(?:\s*(?:re|aw|sv|fwd?|wg|tr|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：])+\s*/iu, '')
    .trim();
  if (prefix === 'zh') return `${kind === 'forward' ? '转发' : '回复'}：${bare}`;
  return `${kind === 'forward' ? 'Fwd' : 'Re'}: ${bare}`;
}

function unique(addresses: readonly Address[], without: ReadonlySet<string>): Address[] {
  const seen = new Set(without);
  return addresses.filter(({ email }) => {
    const key = email.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Whom an answer goes to. Answering one's own mail goes to its recipients again. */
export function answerRecipients(
  mail: EmailFull,
  kind: ReplyKind,
  own: ReadonlySet<string>,
): { to: Address[]; cc: Address[] } {
  if (kind === 'forward') return { to: [], cc: [] };
  const mine = mail.from?.some(sender => own.has(sender.email.toLowerCase())) ?? false;
  const authors = mine ? (mail.to ?? []) : mail.replyTo?.length ? mail.replyTo : (mail.from ?? []);
  const to = unique(authors, new Set());
  if (kind === 'reply') return { to, cc: [] };
  const taken = new Set([...own, ...to.map(({ email }) => email.toLowerCase())]);
  return { to, cc: unique([...(mine ? [] : (mail.to ?? [])), ...(mail.cc ?? [])], taken) };
}

function quotedHtml(mail: EmailFull): string {
  const part = mail.htmlBody.find(({ type }) => type === 'text/html');
  if (!part) {
    const text = mail.textBody.map(({ partId }) => mail.bodyValues[partId ?? '']?.value ?? '').join('\n');
    const holder = document.createElement('div');
    holder.textContent = text;
    return `<div style="white-space:pre-wrap">${holder.innerHTML}</div>`;
  }
  const { nodes } = sanitizeHtml(mail.bodyValues[part.partId ?? '']?.value ?? '', () => '');
  // The nodes stay in their inert document: pictures get their addresses back without being fetched.
  const holder = nodes.ownerDocument.createElement('div');
  holder.append(nodes);
  for (const style of holder.querySelectorAll('style')) style.remove();
  for (const image of holder.querySelectorAll('img')) {
    const address =
      image.getAttribute('data-remote') ??
      (image.hasAttribute('data-cid') ? `cid:${image.getAttribute('data-cid')}` : null);
    if (address) image.setAttribute('src', address);
    image.removeAttribute('data-remote');
    image.removeAttribute('data-cid');
  }
  return holder.innerHTML;
}

function forwardHead(mail: EmailFull, texts: MailPhrases, language: Language): string {
  const colon = language === 'zh' ? '：' : ': ';
  const line = (word: string, value: string): string => (value ? `${word}${colon}${value}\n` : '');
  const list = (addresses: readonly Address[] | null): string =>
    (addresses ?? []).map(fullAddress).join(', ');
  return [
    `———— ${texts.compose.forwarded} ————\n`,
    line(texts.mail.from, list(mail.from)),
    line(
      texts.mail.date,
      new Date(mail.sentAt ?? mail.receivedAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB'),
    ),
    line(texts.mail.subject, mail.subject ?? ''),
    line(texts.mail.to, list(mail.to)),
    line(texts.mail.cc, list(mail.cc)),
  ]
    .join('')
    .trimEnd();
}

/** The draft that answers or forwards a mail (CMP-01, SET-01, SET-02). */
export function answer(
  mail: EmailFull,
  kind: ReplyKind,
  identities: readonly Identity[],
  texts: MailPhrases,
  language: Language,
  personal: PersonalStore,
): DraftContent {
  const { quote, replyPrefix } = personal.settings;
  const addressed = new Set([...(mail.to ?? []), ...(mail.cc ?? [])].map(({ email }) => email.toLowerCase()));
  const identity = identities.find(({ email }) => addressed.has(email.toLowerCase())) ?? identities[0];
  const own = new Set(identities.map(({ email }) => email.toLowerCase()));
  const sender = mail.from?.[0];
  const when = readerTime(new Date(mail.sentAt ?? mail.receivedAt), new Date(0), language, '');
  const messageIds = mail.messageId ?? [];
  return {
    ...emptyContent(identity?.id ?? ''),
    ...beginning(identity, personal.signatureFor('answer')),
    ...answerRecipients(mail, kind, own),
    subject: answerSubject(mail.subject ?? '', kind, replyPrefix),
    quote:
      quote === 'none' && kind !== 'forward'
        ? null
        : {
            head:
              kind === 'forward'
                ? forwardHead(mail, texts, language)
                : texts.compose.wrote(when, sender ? displayName(sender) : ''),
            html: quotedHtml(mail),
          },
    inReplyTo: kind === 'forward' ? null : messageIds,
    references: kind === 'forward' ? null : [...(mail.references ?? mail.inReplyTo ?? []), ...messageIds],
    files: filesOf(mail, kind === 'forward' ? 'all' : 'inline'),
    answers: { mailId: mail.id, keyword: kind === 'forward' ? '$forwarded' : '$answered' },
  };
}
