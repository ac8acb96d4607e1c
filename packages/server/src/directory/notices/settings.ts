import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { administratorRows } from '../../store/system/administration/administrator-rows.ts';
import {
  noticeChoice,
  noticeChoices,
  putNoticeChoice,
} from '../../store/system/administration/notice-rows.ts';
import { requireAddress } from '../address.ts';
import { administrationOf } from '../administrators/administration-of.ts';
import type { DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { type NoticeChoice, noticeLimits, readChoice } from './choice.ts';
import { mayHear, type NoticeEvent, noticeEventNames } from './events.ts';

/** An administrator who may be told of an event. */
export interface NoticeCandidate {
  readonly accountId: AccountId;
  readonly name: string;
  readonly address: string;
}

export interface NoticeSetting extends NoticeChoice {
  readonly event: NoticeEvent;
  /** Whose matter it is: of whom `accounts` can be. */
  readonly candidates: readonly NoticeCandidate[];
}

/** Who may be told of which event, as things stand now: disabled administrators hear nothing. */
async function candidatesIn(
  reader: SqlReader,
  tenantId: number,
): Promise<ReadonlyMap<NoticeEvent, NoticeCandidate[]>> {
  const found = new Map<NoticeEvent, NoticeCandidate[]>(noticeEventNames.map(event => [event, []]));
  for (const row of await administratorRows(reader, tenantId)) {
    const { account_id: accountId } = row;
    const administration = await administrationOf(reader, { tenantId, accountId });
    if (!administration) continue;
    const candidate = {
      accountId,
      name: row.display_name,
      address: `${row.local_part}@${row.unicode_name}`,
    };
    for (const event of noticeEventNames)
      if (mayHear(administration, event)) found.get(event)?.push(candidate);
  }
  return found;
}

/** What the company is told of, how, and who. Needs `company:view`. */
export async function noticeSettings(ctx: DirectoryContext, scope: Scope): Promise<NoticeSetting[]> {
  requireAdministration(scope, 'company', 'view');
  requireWholeCompany(scope);
  return ctx.database.of(scope.tenantId).read(async reader => {
    const choices = await noticeChoices(reader, scope.tenantId);
    const candidates = await candidatesIn(reader, scope.tenantId);
    return noticeEventNames.map(event => ({
      event,
      ...readChoice(choices.get(event)),
      candidates: candidates.get(event) ?? [],
    }));
  });
}

/** Each once, in the spelling of mail; throws `input.invalid`. */
function requireAddresses(texts: readonly string[]): string[] {
  const clean = texts.map(text => {
    const address = text.trim();
    try {
      requireAddress(address);
    } catch (error) {
      throw new MailError('input.invalid', { field: 'addresses', value: address }, { cause: error });
    }
    return address;
  });
  const addresses = [...new Set(clean)];
  if (addresses.length > noticeLimits.addresses) {
    throw new MailError('input.invalid', { field: 'addresses', max: noticeLimits.addresses });
  }
  return addresses;
}

/**
 * Changes what is named for one event; recorded (LOG-03). Needs `company:manage` for the whole company. Throws
 * `input.invalid` for somebody who may not be told, for what is no address, and when mail
 * would go to nobody.
 */
export async function changeNoticeSetting(
  ctx: DirectoryContext,
  scope: Scope,
  event: NoticeEvent,
  wanted: Partial<NoticeChoice>,
): Promise<NoticeSetting> {
  requireAdministration(scope, 'company', 'manage');
  requireWholeCompany(scope);
  const addresses = wanted.addresses && requireAddresses(wanted.addresses);
  return ctx.database.of(scope.tenantId).transact(async tx => {
    const { tenantId } = scope;
    const before = readChoice(await noticeChoice(tx, tenantId, event));
    const candidates = (await candidatesIn(tx, tenantId)).get(event) ?? [];
    const accounts = [...new Set(wanted.accounts ?? before.accounts)];
    const known = new Set(candidates.map(({ accountId }) => accountId));
    // Who was chosen once and may not be told any more stays chosen, and is not told.
    const strange = accounts.find(id => !known.has(id) && !before.accounts.includes(id));
    if (strange !== undefined || accounts.length > noticeLimits.accounts) {
      throw new MailError('input.invalid', { field: 'accounts', max: noticeLimits.accounts });
    }
    const after: NoticeChoice = {
      mail: wanted.mail ?? before.mail,
      console: wanted.console ?? before.console,
      recipients: wanted.recipients ?? before.recipients,
      accounts,
      addresses: addresses ?? before.addresses,
    };
    const nobody = after.recipients === 'chosen' && after.accounts.length + after.addresses.length === 0;
    if (after.mail && nobody) throw new MailError('input.invalid', { field: 'accounts', reason: 'nobody' });
    await putNoticeChoice(tx, tenantId, event, JSON.stringify(after));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'notice.settings_changed',
      targetKind: 'notice',
      target: event,
      details: { before, after },
    });
    return { event, ...after, candidates };
  });
}
