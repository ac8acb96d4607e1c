import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { isObject, type Json, type JsonObject, objectOf, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../access/scope.ts';
import {
  fileSentEmail,
  readScheduled,
  scheduleEmail,
  unscheduleEmail,
} from '../../../personal/scheduled/scheduled-mail.ts';
import { isMailError } from '../../../platform/errors.ts';
import { readMailboxIds } from '../emails/placement.ts';
import type { RequestState } from '../method.ts';

/** The property of EmailSubmission that the capability adds: where the mail goes once it is sent. */
export const onSendProperty = 'onSend';

/** Whether the request may speak of what happens when a mail is sent. */
export function usesScheduled(request: RequestState): boolean {
  return request.using.has(Capability.Scheduled);
}

/** Reads `onSend`; null when there is none. Throws `invalidProperties`. */
export function readOnSend(request: RequestState, value: Json | undefined): readonly number[] | null {
  if (value === undefined || value === null) return null;
  if (!usesScheduled(request)) throw invalidProperties([onSendProperty], 'not among the capabilities used');
  if (!isObject(value)) throw invalidProperties([onSendProperty], 'an object or null');
  const args = new Arguments(value, (name, why) => invalidProperties([`${onSendProperty}/${name}`], why));
  const mailboxIds = args.raw('mailboxIds');
  args.end();
  return readMailboxIds(request, mailboxIds ?? {});
}

/**
 * Files a mail that the queue has taken: in the scheduled folder until `sendAt` when that is to come, else at once where it
 * belongs. What cannot be filed is taken back, so that nothing leaves that its sender was told had failed.
 */
export async function fileOnSend(
  request: RequestState,
  scope: Scope,
  mail: { readonly id: number; readonly queueId: string; readonly sendAt: number | null },
  mailboxes: readonly number[],
): Promise<void> {
  const { personal, takeBack } = request.ctx;
  try {
    if (mail.sendAt === null) await fileSentEmail(personal, scope, mail.id, mailboxes);
    else await scheduleEmail(personal, scope, mail.id, mail.sendAt, mailboxes);
  } catch (error) {
    // What has left already cannot be called back: then the filing alone has failed, and the mail counts as sent.
    if (!(await takeBack(mail.queueId))) {
      request.ctx.log.warn('jmap.sent_not_filed', { account: scope.accountId, error });
      return;
    }
    if (isMailError(error, 'mailbox.not_found')) throw invalidProperties([`${onSendProperty}/mailboxIds`]);
    if (isMailError(error, 'limit.exceeded'))
      throw new SetError('overQuota', 'too many mails wait to be sent');
    throw error;
  }
}

/** Puts a mail whose submission was canceled back into Drafts, when it waits in the scheduled folder. */
export async function fileCanceled(request: RequestState, scope: Scope, messageId: number): Promise<void> {
  try {
    await unscheduleEmail(request.ctx.personal, scope, messageId);
  } catch (error) {
    // The mail itself may be gone.
    if (!isMailError(error, 'message.not_found')) throw error;
  }
}

/** Puts `onSend` into EmailSubmission objects: null once the mail does not wait any more. */
export async function addOnSend(
  request: RequestState,
  scope: Scope,
  objects: readonly JsonObject[],
): Promise<JsonObject[]> {
  const messageOf = (object: JsonObject): number | null =>
    object['undoStatus'] === 'pending' ? parseId('e', textOf(object, 'emailId')) : null;
  const ids = objects.flatMap(object => messageOf(object) ?? []);
  const waiting =
    ids.length > 0 ? await readScheduled(request.ctx.personal, scope, ids) : new Map<number, number[]>();
  return objects.map(object => {
    const mailboxes = waiting.get(messageOf(object) ?? 0);
    const mailboxIds = mailboxes && objectOf(mailboxes.map(id => [printId('m', id), true] as const));
    return { ...object, [onSendProperty]: mailboxIds ? { mailboxIds } : null };
  });
}
