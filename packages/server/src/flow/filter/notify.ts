import { flattenAddresses, parseAddresses } from '@hongyan/formats/message/address.ts';
import { buildMessage } from '@hongyan/formats/message/build.ts';
import { plainField } from '@hongyan/formats/message/fields.ts';
import type { Notification } from '@hongyan/formats/sieve/execution/action.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { type Filtering, sentMemoryMs } from './filtering.ts';
import { answerFields, mailboxInput, sendMessage } from './send.ts';

type Told = Notification['recipients'][number];

const importances = { '1': 'high', '2': 'normal', '3': 'low' } as const;

/**
 * Who is told: everybody named, but only the owner where the company allows no forwarding (SRC-10). Text, sender's name
 * and even addresses of a notification can be put together from the mail, so that one would be as good as a copy.
 */
async function toldBy({ door, scope, owner }: Filtering, all: readonly Told[]): Promise<readonly Told[]> {
  const own = new Set(owner.addresses.map(address => address.toLowerCase()));
  const others = all.some(({ address }) => !own.has(address.toLowerCase()));
  if (!others || (await door.mayForward(scope))) return all;
  return all.filter(({ address }) => own.has(address.toLowerCase()));
}

/** Sends a notification by mail, once per delivery (RFC 5436). Returns what was done, for the trace. */
export async function notify(filtering: Filtering, notification: Notification): Promise<string> {
  const { header, owner, door, scope, summary, deliveryId, context } = filtering;
  // RFC 5436 §2.7: never about what a program sent.
  if (header.all('auto-submitted').some(value => !/^\s*no\s*(?:;|\(|$)/i.test(value)))
    return 'no notification (automatic)';
  const recipients = await toldBy(filtering, notification.recipients);
  if (recipients.length === 0) return 'no notification (the company does not allow forwarding)';
  const addresses = [...new Set(recipients.map(one => one.address))];
  if (!(await door.claim(scope, 'sent', `${deliveryId}\nnotify\n${addresses.join()}`, sentMemoryMs)))
    return 'no notification (sent before)';
  const phrases = createPhrases(owner.language);
  const about = { subject: summary.subject || phrases.say('report.no_subject'), from: summary.from };
  const [wanted] = notification.from === null ? [] : flattenAddresses(parseAddresses(notification.from));
  const principal = {
    kind: 'account',
    tenantId: scope.tenantId,
    accountId: scope.accountId,
    login: owner.address,
  } as const;
  const allowed =
    wanted !== undefined && (await context.senders.maySendAs(principal, `${wanted.local}@${wanted.domain}`));
  const from = allowed
    ? mailboxInput(`${wanted.local}@${wanted.domain}`, wanted.name)
    : mailboxInput(owner.address, owner.displayName);
  const visible = recipients.filter(one => one.kind !== 'bcc');
  const fields = answerFields(filtering, {
    from,
    to: (visible.length > 0 ? visible : recipients.slice(0, 1)).map(one => mailboxInput(one.address, null)),
    subject:
      notification.message ??
      notification.subject ??
      phrases.say('sieve.notify_subject', { subject: about.subject }),
    autoSubmitted: `auto-notified; owner-email="${owner.address.replaceAll(/["\\]/g, '')}"`,
    refers: false,
  });
  fields.push(plainField('Importance', importances[notification.importance]));
  const text = notification.body ?? phrases.say('sieve.notify_body', about);
  const id = await sendMessage(filtering, '', addresses, [buildMessage(fields, { kind: 'text', text })]);
  const left = notification.recipients.length - recipients.length;
  return `notification sent as ${id}${left > 0 ? ', to the owner only (the company does not allow forwarding)' : ''}`;
}
