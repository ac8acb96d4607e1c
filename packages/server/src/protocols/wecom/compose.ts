import { type BuildPart, buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, textField } from '@hongyan/formats/message/fields.ts';
import type { Scope } from '../../access/scope.ts';
import { parseAddress } from '../../directory/address.ts';
import { findMember } from '../../directory/members/find.ts';
import type { WecomContext } from './context.ts';
import { WecomError } from './errors.ts';
import type { Input } from './input.ts';

const maxAttachments = 200;
/** Octets of body and attachments together. */
const maxOctets = 50 * 1024 * 1024;
const maxNameLength = 255;
const maxSubjectLength = 1_000;
const kinds = ['to', 'cc', 'bcc'] as const;

/** A mail that a program wants to send. */
export interface Composed {
  readonly recipients: readonly string[];
  readonly message: Uint8Array;
}

/** The addresses of `to`, `cc` or `bcc`: written out, and of members by their user id. */
async function addressesOf(ctx: WecomContext, scope: Scope, input: Input): Promise<string[]> {
  const found = [...(input.texts('emails') ?? [])];
  for (const userId of input.texts('userids') ?? []) {
    found.push((await findMember(ctx.directory, scope, userId)).address);
  }
  return found;
}

function mailboxOf(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  if (!parseAddress(address)) throw new WecomError('badMail', 'invalid email');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

function attachmentsOf(input: Input): BuildPart[] {
  const given = input.objects('attachment_list') ?? [];
  if (given.length > maxAttachments) throw new WecomError('badParameter', 'too many attachments');
  return given.map(one => {
    const fileName = one.text('file_name');
    const text = one.longText('content');
    if (fileName === '' || fileName.length > maxNameLength || !/^[A-Za-z0-9+/=\s]*$/.test(text)) {
      throw new WecomError('badParameter', 'invalid attachment_list');
    }
    const content = Buffer.from(text, 'base64');
    return { kind: 'data', mediaType: 'application/octet-stream', fileName, content };
  });
}

/**
 * The mail of `compose_send` (1.1 of the catalogue). Throws what a parameter is refused with: schedules and meetings are
 * not made here.
 */
export async function composeMail(
  ctx: WecomContext,
  scope: Scope,
  input: Input,
  from: { readonly address: string; readonly displayName: string },
): Promise<Composed> {
  if (input.has('schedule') || input.has('meeting')) {
    throw new WecomError('unknownCall', 'schedules and meetings are not supported');
  }
  const lists: string[][] = [];
  for (const kind of kinds) lists.push(await addressesOf(ctx, scope, input.inner(kind)));
  const [to = [], cc = []] = lists;
  if (to.length === 0) throw new WecomError('badParameter', 'to.emails or to.userids needed');
  const type = input.optionalText('content_type') ?? 'html';
  if (type !== 'html' && type !== 'text') throw new WecomError('badParameter', 'invalid content_type');
  const subject = input.text('subject');
  if (subject.length > maxSubjectLength) throw new WecomError('badParameter', 'invalid subject');
  const text = input.longText('content');
  const attachments = attachmentsOf(input);
  const octets = attachments.reduce(
    (sum, part) => sum + (part.kind === 'data' ? part.content.byteLength : 0),
    Buffer.byteLength(text),
  );
  if (octets > maxOctets) throw new WecomError('badParameter', 'mail too large');
  const now = ctx.clock.now();
  const sender = mailboxOf(from.address);
  const id = crypto.randomUUID();
  const fields = [
    dateField('Date', now, 0),
    addressField('From', [{ ...sender, name: from.displayName }]),
    addressField('To', to.map(mailboxOf)),
    ...(cc.length > 0 ? [addressField('Cc', cc.map(mailboxOf))] : []),
    textField('Subject', subject),
    idField('Message-ID', [`${id}@${sender.domain}`]),
  ];
  const body: BuildPart = { kind: 'text', subtype: type === 'html' ? 'html' : 'plain', text };
  const whole: BuildPart =
    attachments.length === 0
      ? body
      : { kind: 'multipart', subtype: 'mixed', boundary: `=_${id}`, parts: [body, ...attachments] };
  return { recipients: [...new Set(lists.flat())], message: buildMessage(fields, whole) };
}
