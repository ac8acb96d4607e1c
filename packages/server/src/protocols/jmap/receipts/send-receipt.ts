import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import {
  flattenAddresses,
  formatAddrSpec,
  type Mailbox,
  parseAddresses,
} from '@hongyan/formats/message/address.ts';
import { type BuildPart, buildMessage } from '@hongyan/formats/message/build.ts';
import { addressOfRecipient, formatNotification } from '@hongyan/formats/message/disposition/notification.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { createPhrases, languageOf } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../../../access/scope.ts';
import { unanswerable } from '../../../flow/filter/automatic.ts';
import { streamMessage } from '../../../mailbox/body.ts';
import { changeEmail } from '../../../mailbox/emails/change-email.ts';
import { type EmailContent, readEmails } from '../../../mailbox/emails/contents.ts';
import { emailEnvelope } from '../../../mailbox/emails/envelope.ts';
import { type Identity, listIdentities } from '../../../mailbox/sending/identities.ts';
import { Flag } from '../../../mailbox/types.ts';
import { StoredSource } from '../emails/message-source.ts';
import type { RequestState } from '../method.ts';
import { notFound, resolveId } from '../standard-set.ts';
import { deliver } from '../submission/send.ts';
import type { WantedReceipt } from './receipt.ts';

/** Addresses that one message may ask receipts for, when a person decides. */
const maxAskers = 5;
/** Octets of an original that goes with the receipt. */
const maxOriginal = 10 * 1024 * 1024;

interface Original {
  readonly email: EmailContent;
  /** Who asks for a receipt. */
  readonly askers: readonly Mailbox[];
  readonly originalRecipient: string | null;
  readonly messageId: string | null;
  readonly subject: string;
}

function addressOf({ local, domain }: Mailbox): string {
  return formatAddrSpec(local, domain);
}

/** Where the mail came from: the Return-Path that we wrote, else its From (for mail that was brought in otherwise). */
function reversePathOf(blocks: readonly HeaderBlock[], from: string): string {
  const path = blocks.length > 1 ? blocks[0]?.first('return-path') : null;
  return path == null ? from : path.trim().replace(/^<|>$/g, '');
}

/**
 * The email that a receipt is for, if one may be sent: it asks for one, none went out yet, and it did not come from a
 * list, in bulk, from a program or from the member (REA-09, RFC 8098 §2.1).
 */
async function readOriginal(
  request: RequestState,
  scope: Scope,
  own: readonly string[],
  wanted: WantedReceipt,
): Promise<Original> {
  const { ctx } = request;
  const number = parseId('e', resolveId(request, wanted.forEmailId) ?? '');
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, scope, number === null ? [] : [number]);
  const [email] = emails;
  if (!email) throw notFound();
  if ((email.flags.bits & Flag.MdnSent) !== 0) throw new SetError('mdnAlreadySent');
  const blocks = await new StoredSource(ctx.mailboxes, scope, email).headers();
  const header = blocks.at(-1);
  const askers = flattenAddresses(parseAddresses(header?.first('disposition-notification-to') ?? ''));
  if (!header || askers.length === 0) throw notFound();
  const fields = emailEnvelope(email.envelope);
  const reversePath = reversePathOf(blocks, fields.from?.[0]?.email ?? '');
  const automatic = wanted.disposition.sendingMode === 'mdn-sent-automatically';
  const [first] = askers;
  const certain =
    askers.length === 1 && first && addressOf(first).toLowerCase() === reversePath.toLowerCase();
  const reason = unanswerable(reversePath, header, own);
  if (reason !== null) throw new SetError('forbidden', `no receipt: ${reason}`);
  if ((email.flags.bits & Flag.Draft) !== 0) throw new SetError('forbidden', 'no receipt: draft');
  if ((automatic && !certain) || askers.length > maxAskers) {
    throw new SetError('forbidden', 'no receipt: a person has to decide');
  }
  return {
    email,
    askers,
    originalRecipient: header.first('original-recipient')?.trim() ?? null,
    messageId: fields.messageId?.[0] ?? null,
    subject: fields.subject ?? '',
  };
}

function typed(address: string): string {
  return `${isAscii(Buffer.from(address)) ? 'rfc822' : 'utf-8'}; ${address}`;
}

function finalRecipientOf(wanted: WantedReceipt, identity: Identity, own: readonly string[]): string {
  if (wanted.finalRecipient === null) return typed(identity.email);
  const address = addressOfRecipient(wanted.finalRecipient) ?? wanted.finalRecipient;
  const mine = own.find(each => each.toLowerCase() === address.toLowerCase());
  if (mine === undefined) throw new SetError('forbiddenFrom');
  return typed(mine);
}

async function write(
  request: RequestState,
  scope: Scope,
  identity: Identity,
  original: Original,
  wanted: WantedReceipt,
  notification: string,
  text: { readonly subject: string; readonly body: string },
): Promise<Uint8Array> {
  const { clock, mailboxes } = request.ctx;
  const at = identity.email.lastIndexOf('@');
  const domain = identity.email.slice(at + 1);
  const global = !isAscii(Buffer.from(notification));
  const parts: BuildPart[] = [
    { kind: 'text', text: text.body },
    {
      kind: 'data',
      mediaType: `message/${global ? 'global-' : ''}disposition-notification`,
      content: Buffer.from(notification),
      encoding: 'as-is',
    },
  ];
  if (wanted.includeOriginalMessage) {
    const { email } = original;
    if (email.blob.size > maxOriginal) throw new SetError('tooLarge', '', { maxSize: maxOriginal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamMessage(mailboxes, scope, email, email.prefix.length)) chunks.push(chunk);
    parts.push({
      kind: 'data',
      mediaType: 'message/rfc822',
      content: Buffer.concat(chunks),
      encoding: 'as-is',
    });
  }
  const name = identity.name === '' ? {} : { name: identity.name };
  const to = original.askers.map(({ local, domain: host }) => ({ local, domain: host }));
  const fields = [
    dateField('Date', clock.now(), 0),
    addressField('From', [{ ...name, local: identity.email.slice(0, at), domain }]),
    addressField('To', to),
    textField('Subject', text.subject),
    idField('Message-ID', [`${randomUUID()}@${domain}`]),
    ...(original.messageId === null ? [] : [idField('References', [original.messageId])]),
    plainField('Auto-Submitted', 'auto-replied'),
  ];
  return buildMessage(fields, {
    kind: 'multipart',
    subtype: 'report',
    boundary: `=_receipt_${randomUUID()}`,
    parameters: [['report-type', 'disposition-notification']],
    parts,
  });
}

/** Subject and text in the member's language where the client gave none. */
async function textsOf(
  request: RequestState,
  scope: Scope,
  identity: Identity,
  original: Original,
  wanted: WantedReceipt,
): Promise<{ readonly subject: string; readonly body: string }> {
  const { personal, clock } = request.ctx;
  const { language } = await personal.directory.getUser(scope, scope.accountId);
  const phrases = createPhrases(language === null ? personal.language : languageOf(language));
  const subject = original.subject === '' ? phrases.say('report.no_subject') : original.subject;
  const time = `${new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const { type } = wanted.disposition;
  const kind = type === 'displayed' ? 'displayed' : type === 'deleted' ? 'deleted' : 'processed';
  const facts = { subject, time, recipient: identity.email };
  return {
    subject: wanted.subject ?? phrases.say(`receipt.subject.${kind}`, { subject }),
    body: wanted.textBody ?? phrases.say(`receipt.body.${kind}`, facts),
  };
}

/** Marks the email, or takes the mark back; throws `mdnAlreadySent` when another call was first. */
async function mark(request: RequestState, scope: Scope, id: number, on: boolean): Promise<void> {
  const decide: Parameters<typeof changeEmail>[3] = place => {
    if (on && (place.flags.bits & Flag.MdnSent) !== 0) throw new SetError('mdnAlreadySent');
    const bits = on ? place.flags.bits | Flag.MdnSent : place.flags.bits & ~Flag.MdnSent;
    return { ...place, flags: { ...place.flags, bits } };
  };
  await changeEmail(request.ctx.mailboxes, scope, id, decide, true);
}

/** Sends one receipt; returns what the client did not say itself. Throws `SetError`. */
export async function sendReceipt(
  request: RequestState,
  scope: Scope,
  identity: Identity,
  wanted: WantedReceipt,
): Promise<JsonObject> {
  const { ctx } = request;
  if (!scope.rights.send) throw new SetError('forbidden');
  const { list } = await listIdentities(ctx.mailboxes, ctx.directory, scope);
  const own = list.map(each => each.email);
  const original = await readOriginal(request, scope, own, wanted);
  const finalRecipient = finalRecipientOf(wanted, identity, own);
  const originalMessageId = original.messageId === null ? null : `<${original.messageId}>`;
  const notification = formatNotification({
    reportingUA: wanted.reportingUA,
    mdnGateway: null,
    originalRecipient: original.originalRecipient,
    finalRecipient,
    originalMessageId,
    disposition: { ...wanted.disposition, modifiers: [] },
    errors: [],
    extensions: wanted.extensions,
  });
  const text = await textsOf(request, scope, identity, original, wanted);
  const message = await write(request, scope, identity, original, wanted, notification, text);
  // Marked before it goes out: a receipt is sent once, whatever happens (REA-09).
  await mark(request, scope, original.email.id, true);
  try {
    const global = !isAscii(message);
    await deliver(
      request,
      { mailFrom: '', sender: global ? { smtputf8: true } : {}, rcptTo: askersOf(original) },
      async function* () {
        yield message;
      },
    );
  } catch (error) {
    await mark(request, scope, original.email.id, false);
    throw error;
  }
  return {
    ...(wanted.subject === null ? { subject: text.subject } : {}),
    ...(wanted.textBody === null ? { textBody: text.body } : {}),
    finalRecipient,
    originalRecipient: original.originalRecipient,
    originalMessageId,
  };
}

function askersOf({
  askers,
}: Original): { readonly email: string; readonly options: { readonly notify: readonly ['NEVER'] } }[] {
  const unique = new Map(askers.map(asker => [addressOf(asker).toLowerCase(), addressOf(asker)]));
  return [...unique.values()].map(email => ({ email, options: { notify: ['NEVER'] } }));
}
