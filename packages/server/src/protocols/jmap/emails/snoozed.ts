import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { isObject, type Json, type JsonObject, objectOf, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Patch } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../../access/scope.ts';
import type { EmailPlace } from '../../../mailbox/emails/change-email.ts';
import { endSnooze, readSnoozes, snoozeEmail } from '../../../personal/snoozing/snooze.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { RequestState } from '../method.ts';
import { readMailboxIds } from './placement.ts';

/** The property of Email that the capability adds. */
export const snoozedProperty = 'snoozed';

/** Whether the request may speak of snoozing. */
export function usesSnooze(request: RequestState): boolean {
  return request.using.has(Capability.Snooze);
}

/** Puts `snoozed` into Email objects. Mail of other accounts is never snoozed. */
export async function addSnoozed(
  request: RequestState,
  scope: Scope,
  objects: readonly JsonObject[],
): Promise<JsonObject[]> {
  const own = scope.accountId === request.caller.principal.accountId;
  const ids = objects.flatMap(object => parseId('e', textOf(object, 'id')) ?? []);
  const snoozes = own && ids.length > 0 ? await readSnoozes(request.ctx.personal, scope, ids) : null;
  return objects.map(object => {
    const snooze = snoozes?.get(parseId('e', textOf(object, 'id')) ?? 0);
    const value = snooze && {
      until: printUtcDate(snooze.until),
      mailboxIds: objectOf(snooze.mailboxes.map(id => [printId('m', id), true] as const)),
    };
    return { ...object, [snoozedProperty]: value ?? null };
  });
}

interface Wanted {
  readonly until: number;
  readonly mailboxes: number[] | null;
}

function readSnoozed(request: RequestState, value: Json): Wanted | null {
  if (value === null) return null;
  if (!isObject(value)) throw invalidProperties([snoozedProperty], 'an object or null');
  const args = new Arguments(value, (name, why) => invalidProperties([`snoozed/${name}`], why));
  const until = args.utcDate('until');
  const mailboxIds = args.raw('mailboxIds');
  args.end();
  if (until === null) throw invalidProperties(['snoozed/until'], 'missing');
  const mailboxes =
    mailboxIds === undefined || mailboxIds === null ? null : readMailboxIds(request, mailboxIds);
  return { until, mailboxes };
}

/** Carries out the patch of `snoozed`; `change` makes of the flags what the other patches say. */
export async function updateSnoozed(
  request: RequestState,
  scope: Scope,
  id: number,
  patch: Patch,
  change: (place: EmailPlace) => EmailPlace,
): Promise<void> {
  if (scope.accountId !== request.caller.principal.accountId) throw new SetError('forbidden');
  if (patch.path.length > 1) throw new SetError('invalidPatch', 'snoozed is replaced as a whole');
  const wanted = readSnoozed(request, patch.value);
  const { personal } = request.ctx;
  try {
    if (wanted) await snoozeEmail(personal, scope, id, wanted, change);
    else await endSnooze(personal, scope, id, change);
  } catch (error) {
    if (isMailError(error, 'input.invalid') && error.fields['field'] === 'until') {
      throw invalidProperties(['snoozed/until'], 'past, or too far off');
    }
    if (isMailError(error, 'mailbox.not_found')) throw invalidProperties(['snoozed/mailboxIds']);
    if (isMailError(error, 'limit.exceeded') && error.fields['limit'] === 'snoozed') {
      throw new SetError('overQuota', 'too many snoozed mails');
    }
    throw error;
  }
}
