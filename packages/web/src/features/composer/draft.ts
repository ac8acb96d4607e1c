import type { Signature } from '../../jmap/personal.ts';
import type { Address, EmailFull, Identity } from '../../jmap/types.ts';
import { parseInert } from '../../lib/inert-html.ts';
import { uniqueId } from '../../lib/unique.ts';
import { withSignature } from './signature.ts';

/** A file of the draft. Without `blobId` it is still on its way. */
export interface DraftFile {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly blobId: string | null;
  readonly uploading: boolean;
  readonly failed: boolean;
  /** Content-ID of a picture inside the quoted mail. */
  readonly cid: string | null;
}

/** The mail quoted below one's own words. It is sent as it came, cleaned of what could run. */
export interface Quote {
  readonly head: string;
  readonly html: string;
}

/** What a draft says. */
export interface DraftContent {
  readonly identityId: string;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly quote: Quote | null;
  readonly inReplyTo: readonly string[] | null;
  readonly references: readonly string[] | null;
  readonly files: readonly DraftFile[];
  /** Asks the recipients for a read receipt (CMP-07). */
  readonly receipt: boolean;
  readonly important: boolean;
  /** The mail this answers or forwards, marked once the draft has left. */
  readonly answers: { readonly mailId: string; readonly keyword: '$answered' | '$forwarded' } | null;
}

/** A draft on the screen and where it is kept. */
export interface Draft {
  /** Stays the same while the draft lives, also across saves and reloads. */
  readonly key: string;
  readonly content: DraftContent;
  /** Id of the copy on the server, null before the first save. */
  readonly serverId: string | null;
  /** A save was never answered: the server may have a copy that is not known here. */
  readonly inDoubt?: boolean;
  /** Taken up from this browser: the server may have less of it. */
  readonly unsaved?: boolean;
}

/** A Message-ID that tells which draft a copy belongs to: each copy has its own, and all begin with the draft's key. */
export function messageIdOf(key: string, address: string): string {
  const copy = uniqueId().slice(0, 8);
  return `${key}.${copy}@${address.slice(address.lastIndexOf('@') + 1)}`;
}

/** The key of the draft that a saved copy belongs to; a new one for what was not saved here. */
export function keyOf(mail: Pick<EmailFull, 'messageId'>): string {
  const key = /^([\da-f]{8}-[\da-f-]{27})\.[\da-f]{8}@/.exec(mail.messageId?.[0] ?? '')?.[1];
  return key ?? uniqueId();
}

export function emptyContent(identityId: string): DraftContent {
  return {
    identityId,
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    html: '',
    text: '',
    quote: null,
    inReplyTo: null,
    references: null,
    files: [],
    receipt: false,
    important: false,
    answers: null,
  };
}

/** Whether somebody would miss it. */
export function isWorthKeeping(content: DraftContent): boolean {
  return Boolean(
    content.to.length ||
      content.cc.length ||
      content.bcc.length ||
      content.subject.trim() ||
      content.text.trim() ||
      content.files.some(file => file.cid === null),
  );
}

/** Plain text as HTML, line by line. */
export function textToHtml(text: string): string {
  return text
    ? text
        .split('\n')
        .map(line => `<div>${escapeHtml(line) || '<br>'}</div>`)
        .join('')
    : '';
}

/** What a new text begins with: an empty line and the signature (CMP-08). */
export function beginning(
  identity: Identity | undefined,
  signature?: Signature,
): { html: string; text: string } {
  if (signature)
    return { html: withSignature('<div><br></div>', signature, []), text: `\n${signature.textBody}` };
  const text = identity?.textSignature.trimEnd() ?? '';
  return text
    ? { html: `<div><br></div><div>-- </div>${textToHtml(text)}`, text: `\n-- \n${text}` }
    : { html: '', text: '' };
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What text looks like that says nothing else (SET-07). An empty family is the reader's own. */
export interface TextLook {
  readonly composeFont: string;
  readonly composeFontSize: number;
}

export const systemFonts = "-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif";

/** The family as CSS, with what to take where it is missing. */
export function fontFamily(name: string): string {
  const plain = name.replaceAll(/["'\\;<>&]/g, '').trim();
  return plain ? `'${plain}',${systemFonts}` : systemFonts;
}

/** The whole HTML body, quote included. Mail clients ignore style sheets, so the little style there is stands inline. */
export function composedHtml(content: DraftContent, look: TextLook): string {
  const words = `font-family:${fontFamily(look.composeFont)};font-size:${look.composeFontSize}px;line-height:1.6`;
  // Words that are quoted are no larger than one's own, unless they say so themselves.
  const quote = content.quote
    ? `<div><br></div><div data-quote-head="1" style="${words};color:#515a58">${escapeHtml(content.quote.head)}</div><blockquote type="cite" style="${words};margin:8px 0 0;padding-left:12px;border-left:2px solid #c9c5bb">${content.quote.html}</blockquote>`
    : '';
  return `<!doctype html><html><body><div style="${words}">${content.html}</div>${quote}</body></html>`;
}

/** Plain text of HTML, for the text alternative and for searching words. */
export function htmlToText(html: string): string {
  const { body } = parseInert(html);
  for (const element of body.querySelectorAll('br')) element.replaceWith('\n');
  for (const element of body.querySelectorAll('p,div,li,tr,h1,h2,h3,blockquote')) element.append('\n');
  return (body.textContent ?? '').replaceAll(/\n{3,}/g, '\n\n').trim();
}

/** The text alternative, quote marked with `>`. */
export function composedText(content: DraftContent): string {
  if (!content.quote) return content.text;
  const quoted = htmlToText(content.quote.html)
    .split('\n')
    .map(line => `> ${line}`)
    .join('\n');
  return `${content.text}\n\n${content.quote.head}\n${quoted}`;
}

/** Pictures in the text are shown from the server; the mail names them by Content-ID. */
function withCids(html: string, files: readonly DraftFile[]): string {
  const pictures = files.filter(file => file.cid !== null && file.blobId !== null);
  if (pictures.length === 0 || !html.includes('<img')) return html;
  const { body } = parseInert(html);
  for (const image of body.querySelectorAll('img')) {
    const address = image.getAttribute('src') ?? '';
    const picture = pictures.find(({ blobId }) => address.includes(`/${encodeURIComponent(blobId ?? '')}/`));
    if (picture) image.setAttribute('src', `cid:${picture.cid}`);
  }
  return body.innerHTML;
}

/** The other way round, for a draft that is taken up again. */
function withoutCids(html: string, files: readonly DraftFile[], urlOf: (file: DraftFile) => string): string {
  if (!html.includes('cid:')) return html;
  const { body } = parseInert(html);
  for (const image of body.querySelectorAll('img[src^="cid:"]')) {
    const cid = image.getAttribute('src')?.slice(4);
    const picture = files.find(file => file.cid === cid);
    if (picture) image.setAttribute('src', urlOf(picture));
  }
  return body.innerHTML;
}

/** The Email object to create (RFC 8621 §4.6). */
export function toEmail(
  content: DraftContent,
  from: Address,
  draftsId: string,
  replyTo: string | null,
  look: TextLook,
): Record<string, unknown> {
  const html = composedHtml({ ...content, html: withCids(content.html, content.files) }, look);
  const recipients = (list: readonly Address[]): readonly Address[] | null => (list.length ? list : null);
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: [from],
    to: recipients(content.to),
    cc: recipients(content.cc),
    bcc: recipients(content.bcc),
    subject: content.subject,
    inReplyTo: content.inReplyTo,
    references: content.references,
    ...(replyTo ? { replyTo: [{ name: null, email: replyTo }] } : {}),
    ...(content.receipt ? { 'header:Disposition-Notification-To:asAddresses': [from] } : {}),
    ...(content.important ? { 'header:Importance:asText': 'high', 'header:X-Priority:asText': '1' } : {}),
    textBody: [{ partId: 'text', type: 'text/plain' }],
    htmlBody: [{ partId: 'html', type: 'text/html' }],
    bodyValues: { text: { value: composedText(content) }, html: { value: html } },
    attachments: content.files
      // A picture that was taken out of the text is not sent.
      .filter(file => file.blobId !== null && (file.cid === null || html.includes(`cid:${file.cid}`)))
      .map(file => ({
        blobId: file.blobId,
        type: file.type || 'application/octet-stream',
        name: file.name,
        disposition: file.cid ? 'inline' : 'attachment',
        ...(file.cid ? { cid: file.cid } : {}),
      })),
  };
}

/** The files of a mail, to be sent along again. */
export function filesOf(mail: EmailFull, which: 'all' | 'inline'): DraftFile[] {
  return mail.attachments
    .filter(
      part =>
        part.blobId !== null && (which === 'all' || (part.cid !== null && part.disposition !== 'attachment')),
    )
    .map(part => ({
      key: part.blobId ?? '',
      name: part.name ?? 'file',
      type: part.type,
      size: part.size,
      blobId: part.blobId,
      uploading: false,
      failed: false,
      cid: part.disposition === 'attachment' ? null : part.cid,
    }));
}

/** A saved draft taken up again: our own mark-up is taken apart, others' is kept whole. */
export function fromEmail(
  mail: EmailFull,
  identityId: string,
  urlOf: (file: DraftFile) => string,
): DraftContent {
  const htmlPart = mail.htmlBody.find(part => part.type === 'text/html');
  const html = htmlPart ? (mail.bodyValues[htmlPart.partId ?? '']?.value ?? '') : '';
  const text = mail.textBody.map(part => mail.bodyValues[part.partId ?? '']?.value ?? '').join('\n');
  const { body } = parseInert(html || escapeHtml(text).replaceAll('\n', '<br>'));
  const head = body.querySelector('[data-quote-head]');
  const quoted = head?.nextElementSibling;
  const quote =
    head && quoted?.localName === 'blockquote'
      ? { head: head.textContent ?? '', html: quoted.innerHTML }
      : null;
  if (quote) {
    quoted?.remove();
    head?.remove();
  }
  const files = filesOf(mail, 'all');
  const inner =
    body.childElementCount === 1 && body.firstElementChild?.localName === 'div'
      ? body.firstElementChild.innerHTML
      : body.innerHTML;
  const own = withoutCids(inner, files, urlOf);
  return {
    ...emptyContent(identityId),
    to: mail.to ?? [],
    cc: mail.cc ?? [],
    bcc: mail.bcc ?? [],
    subject: mail.subject ?? '',
    html: own,
    text: htmlToText(own),
    quote,
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    files,
    receipt: Boolean(mail['header:Disposition-Notification-To:asAddresses']?.length),
    important: /high/i.test(mail['header:Importance:asText'] ?? ''),
  };
}
