import { requireTrace } from '../../../administration/trace/journey.ts';
import { countDomainMail, type LoggedMail, mailLog } from '../../../administration/trace/mail-log.ts';
import { findMember } from '../../../directory/members/find.ts';
import type { WecomCall } from '../context.ts';
import { WecomError } from '../errors.ts';
import { daysOf, mostRows } from '../log-input.ts';

const directions = [undefined, 'sent', 'received'] as const;

/** What has no number of its own is 0: other. */
const sentStates: Readonly<Record<string, number>> = {
  accepted: 1,
  queued: 1,
  deferred: 1,
  held: 1,
  bounced: 2,
  delivered: 3,
  relayed: 3,
  refused: 4,
};

const receivedStates: Readonly<Record<string, number>> = {
  accepted: 1,
  queued: 1,
  deferred: 1,
  held: 1,
  bounced: 4,
  delivered: 13,
  refused: 11,
};

/** Numbers of what became of a mail: 12 in junk, 13 filed, 11 blocked; the trace does not know folders of people (14). */
function statusOf({ direction, state, junk }: LoggedMail): number {
  if (direction === 'sent') return sentStates[state] ?? 0;
  return state === 'delivered' && junk ? 12 : (receivedStates[state] ?? 0);
}

/** Logs of mail (part 2 of the catalogue). */
export const mailLogCalls: readonly WecomCall[] = [
  {
    path: '/log/mail',
    methods: ['POST'],
    async run(ctx, scope, input) {
      requireTrace(scope, 'view');
      const type = input.integer('mailtype');
      const direction = directions[type];
      if (type < 0 || type >= directions.length) throw new WecomError('badParameter', 'invalid mailtype');
      const days = daysOf(input);
      const userId = input.optionalText('userid');
      const subject = input.optionalText('subject');
      const member = userId ? await findMember(ctx.directory, scope, userId) : null;
      const found = mailLog(ctx.trace, scope, {
        ...days,
        ...(direction && { direction }),
        ...(member && { addresses: [member.address, ...member.aliases].map(one => one.toLowerCase()) }),
        ...(subject && { subject }),
      });
      const list: Record<string, unknown>[] = [];
      for await (const mail of found) {
        list.push({
          mailtype: mail.direction === 'sent' ? 1 : 2,
          subject: mail.subject,
          sender: mail.sender,
          receiver: mail.recipient,
          time: Math.floor(mail.at / 1_000),
          status: statusOf(mail),
        });
        if (list.length >= mostRows) break;
      }
      return { list };
    },
  },
  {
    path: '/log/mailstatus',
    methods: ['POST'],
    async run(ctx, scope, input) {
      const domain = input.text('domain');
      const { sent, received } = await countDomainMail(ctx.trace, scope, domain, daysOf(input));
      return { sendsum: sent, recvsum: received };
    },
  },
];
