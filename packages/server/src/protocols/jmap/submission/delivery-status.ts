import { isArray, isObject, type JsonObject, objectOf, own } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../../access/scope.ts';
import type { SubmissionReport } from '../../../mailbox/sending/reports.ts';
import type { Submission } from '../../../mailbox/sending/submissions.ts';
import type { DeliveryStep, JmapContext } from '../context.ts';

/** Steps of one message that are looked at. */
const maxSteps = 1_000;

type Delivered = 'queued' | 'yes' | 'no' | 'unknown';

/** How far a step has brought a recipient's copy, and what is said where no server said anything. */
const meanings: Readonly<Record<string, readonly [delivered: Delivered, reply: string]>> = {
  delivered: ['yes', '250 2.0.0 Delivered'],
  // Another server has it now: what becomes of it there is not known (RFC 8621 §7).
  relayed: ['unknown', '250 2.0.0 Sent'],
  deferred: ['queued', '450 4.0.0 Will be tried again'],
  refused: ['no', '550 5.0.0 Refused'],
  failed: ['no', '550 5.0.0 Not delivered'],
  expired: ['no', '550 5.4.7 Not delivered in time'],
};

/** What actions of a notification decide; others do not (RFC 8621 §7). */
const reportedActions: ReadonlyMap<string, Delivered> = new Map([
  ['delivered', 'yes'],
  ['failed', 'no'],
]);

/** Addresses of the recipients in a stored envelope. */
function recipientsOf(envelope: string): string[] {
  const parsed = JSON.parse(envelope) as JsonObject;
  const list = own(parsed, 'rcptTo');
  if (!isArray(list)) return [];
  return list.flatMap(item => {
    const email = isObject(item) ? own(item, 'email') : undefined;
    return typeof email === 'string' ? [email] : [];
  });
}

function statusOf(delivered: Delivered, smtpReply: string, displayed: boolean): JsonObject {
  return { smtpReply, delivered, displayed: displayed ? 'yes' : 'unknown' };
}

/**
 * `deliveryStatus` out of the steps of a message, newest first (RFC 8621 §7); `displayed` are the recipients (in lower case)
 * of whom a receipt came, `reports` what notifications said of them, the oldest first: they decide where another server has
 * taken the mail over.
 */
export function deliveryStatus(
  recipients: readonly string[],
  steps: readonly DeliveryStep[],
  displayed: ReadonlySet<string> = new Set(),
  reports: readonly Pick<SubmissionReport, 'recipient' | 'action' | 'reply'>[] = [],
): JsonObject {
  const newest = new Map<string, DeliveryStep>();
  for (const step of steps) {
    const key = step.recipient?.toLowerCase();
    if (key !== undefined && Object.hasOwn(meanings, step.event) && !newest.has(key)) newest.set(key, step);
  }
  const reported = new Map(
    reports.flatMap(report =>
      reportedActions.has(report.action) ? [[report.recipient, report] as const] : [],
    ),
  );
  const named = new Set(recipients.map(email => email.toLowerCase()));
  const elsewhere = [...newest.keys()].some(key => !named.has(key));
  return objectOf(
    recipients.map(email => {
      const shown = displayed.has(email.toLowerCase());
      const step = newest.get(email.toLowerCase());
      const meaning = step && meanings[step.event];
      const report = reported.get(email.toLowerCase());
      if (report && (meaning?.[0] ?? 'unknown') === 'unknown') {
        const delivered = reportedActions.get(report.action) ?? 'unknown';
        const reply = report.reply ?? (delivered === 'yes' ? meanings['delivered'] : meanings['failed'])?.[1];
        return [email, statusOf(delivered, reply ?? '', shown)] as const;
      }
      if (step && meaning) return [email, statusOf(meaning[0], step.reply ?? meaning[1], shown)] as const;
      // An alias or a group: its members have steps of their own.
      return [email, statusOf(elsewhere ? 'unknown' : 'queued', '250 2.1.5 Accepted', shown)] as const;
    }),
  );
}

/** Reads the status of a submission; null when its message was never queued or was taken back. */
export async function readDeliveryStatus(
  ctx: JmapContext,
  scope: Scope,
  submission: Submission,
  displayed: ReadonlySet<string>,
  reports: readonly SubmissionReport[],
): Promise<JsonObject | null> {
  const { queueId, status, envelope } = submission;
  if (queueId === null || status === 'canceled') return null;
  const steps = await ctx.deliverySteps(scope.tenantId, queueId, maxSteps);
  return deliveryStatus(recipientsOf(envelope), steps, displayed, reports);
}
